/*
 * MP3, Opus in Ogg, and FLAC over libsndfile, which writes them into a file
 * of ours that is a buffer (libsndfile.github.io/libsndfile/api.html,
 * sf_open_virtual). At the end it goes back to complete what it has written
 * first; that is out already, and each of these forms may do without.
 */
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/attr.h"
#include "sound/encoder_parts.h"

struct file {
	SNDFILE *handle;
	sf_count_t at, end; /* in what was written so far */
	struct buf *out;    /* of the call that runs */
};

/* The rates that a form has, and libsndfile's level of compression, from 0 to
 * 1: speech of 24 kHz has some 60 kbit/s then, as MP3 and as Opus. No rates:
 * any. libsndfile 1.2 leaks what it has built for MP3 when it then finds that
 * the rate is none, so it is not asked. */
static const struct {
	int format;
	double level;
	int rates[9];
} kinds[SPEECH__MAX] = {
    [SPEECH_MP3] = {SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 0.63,
	{8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000}},
    [SPEECH_OPUS] = {SF_FORMAT_OGG | SF_FORMAT_OPUS, 0.8,
	{8000, 12000, 16000, 24000, 48000}},
    [SPEECH_FLAC] = {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 0.6, {0}},
};

static bool
has_rate(enum speech_form form, int rate)
{
	const int *rates = kinds[form].rates;
	for (size_t i = 0; i < COUNT_OF(kinds[form].rates); i++)
		if (rates[i] == rate)
			return true;
	return rates[0] == 0;
}

static sf_count_t
file_size(void *ctx)
{
	const struct file *f = ctx;
	return f->end;
}

static sf_count_t
file_seek(sf_count_t offset, int whence, void *ctx)
{
	struct file *f = ctx;
	sf_count_t from = whence == SEEK_CUR ? f->at
	    : whence == SEEK_END             ? f->end
					     : 0;
	if (from + offset < 0 || from + offset > f->end)
		return -1;
	f->at = from + offset;
	return f->at;
}

/* What is written is never read again. */
static sf_count_t
file_read(void *bytes, sf_count_t count, void *ctx)
{
	(void)bytes, (void)count, (void)ctx;
	return 0;
}

static sf_count_t
file_write(const void *bytes, sf_count_t count, void *ctx)
{
	struct file *f = ctx;
	sf_count_t late = f->end - f->at;
	if (late < count) {
		buf_add(
		    f->out, (const char *)bytes + late, (size_t)(count - late));
		f->end = f->at + count;
	}
	f->at += count;
	return count;
}

static sf_count_t
file_tell(void *ctx)
{
	const struct file *f = ctx;
	return f->at;
}

static void
file_close(void *state)
{
	struct file *f = state;
	struct buf nothing;
	buf_init(&nothing, 0);
	f->out = &nothing;
	if (f->handle != NULL)
		sf_close(f->handle);
	buf_clear(&nothing);
	free(f);
}

static void *
file_open(enum speech_form form, const struct wav_sound *sound)
{
	SF_VIRTUAL_IO io = {
	    file_size, file_seek, file_read, file_write, file_tell};
	SF_INFO info = {.samplerate = sound->rate,
	    .channels = sound->channels,
	    .format = kinds[form].format};
	int steady = SF_BITRATE_MODE_CONSTANT;
	double level = kinds[form].level;
	struct buf nothing;
	struct file *f =
	    has_rate(form, sound->rate) ? calloc(1, sizeof(*f)) : NULL;
	if (f == NULL)
		return NULL;

	/* None of these writes before the first sample. */
	buf_init(&nothing, 0);
	f->out = &nothing;
	f->handle = sf_open_virtual(&io, SFM_WRITE, &info, f);
	if (f->handle == NULL || f->end > 0) {
		file_close(f);
		return NULL;
	}
	/* A player can tell the length of a stream then. */
	if (form == SPEECH_MP3)
		sf_command(f->handle, SFC_SET_BITRATE_MODE, &steady,
		    (int)sizeof(steady));
	sf_command(
	    f->handle, SFC_SET_COMPRESSION_LEVEL, &level, (int)sizeof(level));
	return f;
}

static bool
file_add(void *state, const int16_t *samples, size_t frames, struct buf *out)
{
	struct file *f = state;
	f->out = out;
	return sf_writef_short(f->handle, samples, (sf_count_t)frames) ==
	    (sf_count_t)frames;
}

static bool
file_end(void *state, struct buf *out)
{
	struct file *f = state;
	f->out = out;
	int failed = sf_close(f->handle);
	f->handle = NULL;
	return failed == 0;
}

const struct encoder_kind encoder_sndfile = {
    .open = file_open,
    .add = file_add,
    .end = file_end,
    .close = file_close,
};
