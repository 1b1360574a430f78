/* WAV files: "RIFF", a size, "WAVE"; then chunks of a name, a size and their
 * bytes, of which "fmt " and "data" matter. Numbers are little-endian. */
#include "protocol/wav.h"

#include <string.h>

#define FILE_HEAD 12
#define CHUNK_HEAD 8
#define FORMAT_HEAD 16 /* of the chunk "fmt ": all that matters */

/* What a file may say of its samples: plain ones, or "look further", which
 * with 16 bits means the same. */
#define FORMAT_PCM 1
#define FORMAT_EXTENSIBLE 0xfffe

/* Sizes from here on mean that the writer did not know. */
#define SIZE_OPEN 0xfffffff0U

static void
put(uint8_t *at, uint32_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

static uint32_t
get(const uint8_t *at, int bytes)
{
	uint32_t value = 0;
	for (int i = 0; i < bytes; i++)
		value |= (uint32_t)at[i] << (8 * i);
	return value;
}

size_t
wav_frame(const struct wav_sound *sound)
{
	return 2 * (size_t)sound->channels;
}

bool
wav_sound_ok(const struct wav_sound *sound)
{
	return sound->rate > 0 && sound->rate <= WAV_MAX_RATE &&
	    sound->channels > 0 && sound->channels <= WAV_MAX_CHANNELS;
}

void
wav_header(const struct wav_sound *sound, uint32_t bytes,
    uint8_t header[WAV_HEADER_SIZE])
{
	uint32_t frame = (uint32_t)wav_frame(sound);
	uint32_t rest = WAV_HEADER_SIZE - CHUNK_HEAD;
	memcpy(header, "RIFF", 4);
	put(header + 4, bytes > UINT32_MAX - rest ? UINT32_MAX : bytes + rest,
	    4);
	memcpy(header + 8, "WAVEfmt ", 8);
	put(header + 16, FORMAT_HEAD, 4);
	put(header + 20, FORMAT_PCM, 2);
	put(header + 22, (uint32_t)sound->channels, 2);
	put(header + 24, (uint32_t)sound->rate, 4);
	put(header + 28, (uint32_t)sound->rate * frame, 4);
	put(header + 32, frame, 2);
	put(header + 34, 16, 2);
	memcpy(header + 36, "data", 4);
	put(header + 40, bytes, 4);
}

bool
wav_is(const void *bytes, size_t len)
{
	const char *text = bytes;
	return len >= FILE_HEAD && memcmp(text, "RIFF", 4) == 0 &&
	    memcmp(text + 8, "WAVE", 4) == 0;
}

/* A chunk begins: what is to be done with its bytes? */
static bool
begin_chunk(struct wav_reader *r)
{
	uint32_t size = get(r->head + 4, 4);
	bool data = memcmp(r->head, "data", 4) == 0;
	bool format = memcmp(r->head, "fmt ", 4) == 0;
	r->n_head = 0;
	/* Chunks begin at even places. */
	r->left = (uint64_t)size + size % 2;
	r->at = data ? WAV_DATA : format ? WAV_FORMAT : WAV_SKIP;
	if (data && (size == 0 || size >= SIZE_OPEN))
		r->left = UINT64_MAX;
	return data ? r->sound.rate > 0 : !format || size >= FORMAT_HEAD;
}

static bool
take_format(struct wav_reader *r)
{
	uint32_t tag = get(r->head, 2), rate = get(r->head + 4, 4);
	r->sound.channels = (int)get(r->head + 2, 2);
	r->sound.rate = rate > WAV_MAX_RATE ? 0 : (int)rate;
	r->left -= FORMAT_HEAD;
	r->n_head = 0;
	r->at = WAV_SKIP;
	return (tag == FORMAT_PCM || tag == FORMAT_EXTENSIBLE) &&
	    get(r->head + 14, 2) == 16 && wav_sound_ok(&r->sound);
}

/* A head is complete. */
static bool
take_head(struct wav_reader *r)
{
	switch (r->at) {
	case WAV_FILE:
		r->n_head = 0;
		r->at = WAV_CHUNK;
		return wav_is(r->head, FILE_HEAD);
	case WAV_CHUNK:
		return begin_chunk(r);
	default:
		return take_format(r);
	}
}

bool
wav_read(
    struct wav_reader *r, const uint8_t *bytes, size_t len, struct buf *out)
{
	static const size_t heads[] = {[WAV_FILE] = FILE_HEAD,
	    [WAV_CHUNK] = CHUNK_HEAD,
	    [WAV_FORMAT] = FORMAT_HEAD};
	while (len > 0) {
		bool body = r->at == WAV_SKIP || r->at == WAV_DATA;
		uint64_t want = body ? r->left : heads[r->at] - r->n_head;
		size_t n = want < len ? (size_t)want : len;
		if (r->at == WAV_DATA)
			buf_add(out, bytes, n);
		else if (!body)
			memcpy(r->head + r->n_head, bytes, n);
		bytes += n;
		len -= n;
		if (body)
			r->left -= n;
		else
			r->n_head += n;
		if (n < want)
			break;
		if (body)
			r->at = WAV_CHUNK;
		else if (!take_head(r))
			return false;
	}
	return true;
}
