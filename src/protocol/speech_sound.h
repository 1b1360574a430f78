/*
 * The sound in Gemini's answers (contract 4.3): parts of base64, each with a
 * type, go in; samples come out. The type is audio/L16 with a rate and no
 * header, in spite of its name little-endian; newer models may send WAV. A
 * sample may be cut in two by the end of a part.
 */
#ifndef KEYWHEEL_PROTOCOL_SPEECH_SOUND_H
#define KEYWHEEL_PROTOCOL_SPEECH_SOUND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "protocol/wav.h"

struct speech_sound {
	struct wav_sound sound; /* of all parts; a rate of 0: none yet */
	bool wav;
	struct wav_reader reader;
	struct buf bytes;   /* of the part that is read */
	struct buf samples; /* not taken yet: at most a piece of one is left */
};

/* max: bytes of one part. */
void speech_sound_init(struct speech_sound *s, size_t max);
void speech_sound_clear(struct speech_sound *s);

/* One part. False if it is no sound of a kind that is understood, not like the
 * parts before it, or too large. */
MUSTCHECK bool speech_sound_add(
    struct speech_sound *s, const char *mime, const char *base64, size_t len);

/* How many bytes of whole samples there are, at s->samples.data; after they
 * were used, let them go. */
size_t speech_sound_ready(const struct speech_sound *s);
void speech_sound_used(struct speech_sound *s, size_t bytes);

#endif
