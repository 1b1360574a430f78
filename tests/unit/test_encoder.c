/* sound/encoder: every form that was built, read back where there is a reader
 * for it. */
#include "sound/encoder.h"

#include <stdlib.h>
#include <string.h>

#ifdef HAVE_SNDFILE
#include <sndfile.h>
#include <stdio.h>
#endif

#include "base/attr.h"
#include "unit.h"

#define MAX ((size_t)16 * 1024 * 1024)
#define FRAMES 36000 /* a second and a half of 24 kHz */

static const struct wav_sound usual = {24000, 1};

/* A triangle of 440 Hz, little-endian. */
static void
make_tone(struct buf *out, int channels)
{
	for (int i = 0; i < FRAMES; i++) {
		int at = i % 54, rise = at < 27 ? at : 54 - at;
		int value = rise * 16000 / 27 - 8000;
		for (int c = 0; c < channels; c++) {
			buf_byte(out, (char)(value & 0xff));
			buf_byte(out, (char)(value >> 8 & 0xff));
		}
	}
}

/* Encode the tone in pieces of so many bytes. */
static bool
encode(enum speech_form form, const struct wav_sound *sound, size_t piece,
    struct buf *out)
{
	struct buf samples;
	buf_init(&samples, MAX);
	make_tone(&samples, sound->channels);
	struct encoder *e = encoder_new(form, sound);
	bool ok = e != NULL;
	for (size_t at = 0; ok && at < samples.len; at += piece) {
		size_t left = samples.len - at;
		ok = encoder_add(
		    e, samples.data + at, left < piece ? left : piece, out);
	}
	ok = ok && encoder_end(e, out);
	encoder_free(e);
	buf_clear(&samples);
	return ok;
}

static void
test_plain(void)
{
	struct buf pcm, wav;
	buf_init(&pcm, MAX);
	buf_init(&wav, MAX);
	CU_ASSERT_TRUE(encode(SPEECH_PCM, &usual, 1000, &pcm));
	CU_ASSERT_TRUE(encode(SPEECH_WAV, &usual, 1000, &wav));
	CU_ASSERT_EQUAL(pcm.len, FRAMES * 2);
	CU_ASSERT_EQUAL_FATAL(wav.len, FRAMES * 2 + WAV_HEADER_SIZE);
	CU_ASSERT_TRUE(wav_is(wav.data, wav.len));
	CU_ASSERT_EQUAL(
	    memcmp(wav.data + WAV_HEADER_SIZE, pcm.data, pcm.len), 0);
	buf_clear(&pcm);
	buf_clear(&wav);
}

/* Pieces are nothing that a listener could tell. */
static void
test_pieces(void)
{
	static const enum speech_form forms[] = {
	    SPEECH_MP3, SPEECH_AAC, SPEECH_FLAC};
	for (size_t i = 0; i < COUNT_OF(forms); i++) {
		struct buf one, many;
		buf_init(&one, MAX);
		buf_init(&many, MAX);
		if (!encoder_has(forms[i]))
			continue;
		UNIT_ROW(encode(forms[i], &usual, MAX, &one) &&
			encode(forms[i], &usual, 302, &many) &&
			one.len == many.len &&
			memcmp(one.data, many.data, one.len) == 0,
		    speech_form_names[forms[i]]);
		buf_clear(&one);
		buf_clear(&many);
	}
}

static void
test_refusals(void)
{
	static const struct wav_sound odd = {23999, 1}, none = {0, 0},
				      many = {24000, 9};
	for (int i = 0; i < SPEECH__MAX; i++) {
		enum speech_form form = (enum speech_form)i;
		CU_ASSERT_PTR_NULL(encoder_new(form, &none));
		CU_ASSERT_PTR_NULL(encoder_new(form, &many));
		if (!encoder_has(form))
			CU_ASSERT_PTR_NULL(encoder_new(form, &usual));
		/* The end without a beginning, and a beginning alone. */
		struct encoder *e = encoder_new(form, &usual);
		struct buf out;
		buf_init(&out, MAX);
		UNIT_ROW(
		    e == NULL || encoder_end(e, &out), speech_form_names[i]);
		encoder_free(e);
		encoder_free(encoder_new(form, &usual));
		buf_clear(&out);
	}
	CU_ASSERT_PTR_NULL(encoder_new(SPEECH_MP3, &odd));
	CU_ASSERT_PTR_NULL(encoder_new(SPEECH_OPUS, &odd));
	CU_ASSERT_PTR_NULL(encoder_new(SPEECH_AAC, &odd));
	CU_ASSERT_TRUE(encoder_has(SPEECH_WAV) && encoder_has(SPEECH_PCM));
}

/* A buffer that is full is not the library's fault, and still an end. */
static void
test_full(void)
{
	for (int i = 0; i < SPEECH__MAX; i++) {
		struct buf out;
		buf_init(&out, 100);
		UNIT_ROW(!encode((enum speech_form)i, &usual, 1000, &out),
		    speech_form_names[i]);
		buf_clear(&out);
	}
}

/* Each frame of ADTS says how long it is. */
static void
test_aac(void)
{
	struct buf out;
	size_t frames = 0, at = 0;
	buf_init(&out, MAX);
	if (!encoder_has(SPEECH_AAC))
		return;
	CU_ASSERT_TRUE(encode(SPEECH_AAC, &usual, 1000, &out));
	while (at + 7 <= out.len) {
		const uint8_t *p = (const uint8_t *)out.data + at;
		CU_ASSERT_TRUE_FATAL(p[0] == 0xff && (p[1] & 0xf6) == 0xf0);
		CU_ASSERT_EQUAL(p[2] >> 2 & 15, 6); /* 24 kHz */
		at += (size_t)((p[3] & 3) << 11 | p[4] << 3 | p[5] >> 5);
		frames++;
	}
	CU_ASSERT_EQUAL(at, out.len);
	CU_ASSERT_TRUE(frames >= FRAMES / 1024 && frames < FRAMES / 1024 + 4);
	buf_clear(&out);
}

#ifdef HAVE_SNDFILE

/* The library's own reader, over a file in memory. */
struct memory {
	const struct buf *bytes;
	sf_count_t at;
};

static sf_count_t
memory_size(void *ctx)
{
	const struct memory *m = ctx;
	return (sf_count_t)m->bytes->len;
}

static sf_count_t
memory_seek(sf_count_t offset, int whence, void *ctx)
{
	struct memory *m = ctx;
	m->at = offset +
	    (whence == SEEK_CUR          ? m->at
		    : whence == SEEK_END ? memory_size(ctx)
					 : 0);
	return m->at;
}

static sf_count_t
memory_read(void *bytes, sf_count_t count, void *ctx)
{
	struct memory *m = ctx;
	sf_count_t left = memory_size(ctx) - m->at;
	if (count > left)
		count = left;
	memcpy(bytes, m->bytes->data + m->at, (size_t)count);
	m->at += count;
	return count;
}

static sf_count_t
memory_write(const void *bytes, sf_count_t count, void *ctx)
{
	(void)bytes, (void)count, (void)ctx;
	return 0;
}

static sf_count_t
memory_tell(void *ctx)
{
	const struct memory *m = ctx;
	return m->at;
}

/* How many samples there are in it, and how loud they are. */
static long
decode(const struct buf *coded, int *rate, double *loudness)
{
	static short samples[2 * FRAMES * 2];
	SF_VIRTUAL_IO io = {
	    memory_size, memory_seek, memory_read, memory_write, memory_tell};
	struct memory m = {coded, 0};
	SF_INFO info = {0};
	SNDFILE *f = sf_open_virtual(&io, SFM_READ, &info, &m);
	if (f == NULL)
		return -1;
	long n =
	    (long)sf_readf_short(f, samples, 2 * FRAMES * 2 / info.channels);
	*loudness = 0;
	for (long i = 0; i < n * info.channels; i++)
		*loudness += abs(samples[i]);
	*loudness /= (double)(n * info.channels);
	*rate = info.samplerate;
	sf_close(f);
	return n;
}

static void
test_decoded(void)
{
	static const struct {
		enum speech_form form;
		int rate; /* that the reader tells */
	} forms[] = {
	    {SPEECH_MP3, 24000}, {SPEECH_OPUS, 24000}, {SPEECH_FLAC, 24000}};
	for (size_t i = 0; i < COUNT_OF(forms); i++)
		for (int channels = 1; channels < 3; channels++) {
			const char *name = speech_form_names[forms[i].form];
			const struct wav_sound sound = {24000, channels};
			struct buf coded;
			double loudness = 0;
			int rate = 0;
			buf_init(&coded, MAX);
			UNIT_ROW(
			    encode(forms[i].form, &sound, 1000, &coded), name);
			long n = decode(&coded, &rate, &loudness);
			UNIT_ROW(n >= FRAMES && n < FRAMES + 4000, name);
			UNIT_ROW(rate == forms[i].rate, name);
			UNIT_ROW(loudness > 3500 && loudness < 4500, name);
			UNIT_ROW(coded.len < (size_t)FRAMES * 2, name);
			buf_clear(&coded);
		}
}

#endif

static CU_TestInfo tests[] = {
    {"PCM and WAV", test_plain},
    {"pieces do not matter", test_pieces},
    {"what is refused", test_refusals},
    {"no room", test_full},
    {"AAC, frame by frame", test_aac},
#ifdef HAVE_SNDFILE
    {"read back", test_decoded},
#endif
    CU_TEST_INFO_NULL,
};

struct unit_suite encoder_suite = {"sound/encoder", tests};
