/* Samples out of Gemini's parts. */
#include "protocol/speech_sound.h"

#include <string.h>
#include <strings.h>

#include "base/base64.h"
#include "base/text.h"
#include "protocol/media_type.h"

/* What Gemini's speech has where it does not say so. */
#define USUAL_RATE 24000

void
speech_sound_init(struct speech_sound *s, size_t max)
{
	*s = (struct speech_sound){0};
	buf_init(&s->bytes, max);
	buf_init(&s->samples, max);
}

void
speech_sound_clear(struct speech_sound *s)
{
	buf_clear(&s->bytes);
	buf_clear(&s->samples);
}

/* The number of a parameter, "; rate=24000"; fallback if there is none, 0 if
 * it is none from 1 to high. */
static int
parameter(const char *mime, const char *name, int high, int fallback)
{
	size_t len = strlen(name);
	for (const char *p = strchr(mime, ';'); p != NULL; p = strchr(p, ';')) {
		char digits[16] = "";
		int64_t number;
		p += 1 + strspn(p + 1, " \t");
		if (strncasecmp(p, name, len) != 0 || p[len] != '=')
			continue;
		p += len + 1;
		size_t n = strcspn(p, "; \t");
		if (n < sizeof(digits))
			memcpy(digits, p, n);
		return text_to_int(digits, 1, high, &number) ? (int)number : 0;
	}
	return fallback;
}

/* Is it what the parts before it were? */
static bool
agrees(struct speech_sound *s, const struct wav_sound *sound)
{
	if (!wav_sound_ok(sound))
		return false;
	if (s->sound.rate == 0)
		s->sound = *sound;
	return sound->rate == s->sound.rate &&
	    sound->channels == s->sound.channels;
}

/* Each part may be a file of its own, or all of them together are one. */
static bool
read_wav(struct speech_sound *s)
{
	if (wav_is(s->bytes.data, s->bytes.len)) {
		s->reader = (struct wav_reader){0};
		/* Half a sample of the last file belongs to none. */
		s->samples.len = speech_sound_ready(s);
	}
	return wav_read(&s->reader, (const uint8_t *)s->bytes.data,
		   s->bytes.len, &s->samples) &&
	    (s->reader.sound.rate == 0 || agrees(s, &s->reader.sound));
}

static bool
read_plain(struct speech_sound *s, const char *mime)
{
	const struct wav_sound sound = {
	    .rate = parameter(mime, "rate", WAV_MAX_RATE, USUAL_RATE),
	    .channels = parameter(mime, "channels", WAV_MAX_CHANNELS, 1),
	};
	if (!agrees(s, &sound))
		return false;
	buf_add(&s->samples, s->bytes.data, s->bytes.len);
	return true;
}

bool
speech_sound_add(
    struct speech_sound *s, const char *mime, const char *base64, size_t len)
{
	char type[MEDIA_TYPE_SIZE];
	media_type_read(mime, strlen(mime), type);
	bool wav = strcmp(type, "audio/wav") == 0;
	bool plain =
	    strcmp(type, "audio/l16") == 0 || strcmp(type, "audio/pcm") == 0;

	buf_reset(&s->bytes);
	if ((!wav && !plain) || !base64_decode(&s->bytes, base64, len) ||
	    !buf_ok(&s->bytes))
		return false;
	if (s->bytes.len == 0)
		return true;
	/* A header tells, whatever the type says. */
	s->wav = s->wav || wav || wav_is(s->bytes.data, s->bytes.len);
	return (s->wav ? read_wav(s) : read_plain(s, mime)) &&
	    buf_ok(&s->samples);
}

size_t
speech_sound_ready(const struct speech_sound *s)
{
	if (s->sound.rate == 0)
		return 0;
	return s->samples.len - s->samples.len % wav_frame(&s->sound);
}

void
speech_sound_used(struct speech_sound *s, size_t bytes)
{
	buf_drop(&s->samples, bytes);
	buf_reset(&s->bytes);
}
