/* Which encoder is for which form, and the forms that need none. */
#include "sound/encoder.h"

#include <stdlib.h>

#include "sound/encoder_parts.h"

/* Samples that are handed on at once. */
#define SLICE 4096

struct encoder {
	enum speech_form form;
	struct wav_sound sound;
	const struct encoder_kind *kind; /* NULL: samples go out as they are */
	void *state;
	bool begun;
};

static const struct encoder_kind *const kinds[SPEECH__MAX] = {
#ifdef HAVE_SNDFILE
    [SPEECH_MP3] = &encoder_sndfile,
    [SPEECH_OPUS] = &encoder_sndfile,
    [SPEECH_FLAC] = &encoder_sndfile,
#endif
#ifdef HAVE_AACENC
    [SPEECH_AAC] = &encoder_aac,
#endif
    [SPEECH_WAV] = NULL,
    [SPEECH_PCM] = NULL,
};

bool
encoder_has(enum speech_form form)
{
	return form == SPEECH_WAV || form == SPEECH_PCM || kinds[form] != NULL;
}

struct encoder *
encoder_new(enum speech_form form, const struct wav_sound *sound)
{
	struct encoder *e = calloc(1, sizeof(*e));
	if (e == NULL || !encoder_has(form) || !wav_sound_ok(sound)) {
		free(e);
		return NULL;
	}
	e->form = form;
	e->sound = *sound;
	e->kind = kinds[form];
	if (e->kind == NULL)
		return e;
	e->state = e->kind->open(form, sound);
	if (e->state != NULL)
		return e;
	free(e);
	return NULL;
}

void
encoder_free(struct encoder *e)
{
	if (e != NULL && e->kind != NULL)
		e->kind->close(e->state);
	free(e);
}

/* Hand the samples on, as the machine has numbers. */
static bool
encode(struct encoder *e, const uint8_t *p, size_t frames, struct buf *out)
{
	int16_t slice[SLICE];
	size_t channels = (size_t)e->sound.channels;
	while (frames > 0) {
		size_t n =
		    SLICE / channels < frames ? SLICE / channels : frames;
		for (size_t i = 0; i < n * channels; i++, p += 2)
			slice[i] = (int16_t)(p[0] | p[1] << 8);
		if (!e->kind->add(e->state, slice, n, out))
			return false;
		frames -= n;
	}
	return buf_ok(out);
}

bool
encoder_add(
    struct encoder *e, const void *samples, size_t bytes, struct buf *out)
{
	if (e->kind != NULL)
		return encode(e, samples, bytes / wav_frame(&e->sound), out);
	if (e->form == SPEECH_WAV && !e->begun) {
		uint8_t header[WAV_HEADER_SIZE];
		wav_header(&e->sound, UINT32_MAX, header);
		buf_add(out, header, sizeof(header));
	}
	e->begun = true;
	buf_add(out, samples, bytes);
	return buf_ok(out);
}

bool
encoder_end(struct encoder *e, struct buf *out)
{
	return e->kind == NULL || (e->kind->end(e->state, out) && buf_ok(out));
}
