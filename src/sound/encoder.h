/*
 * Samples into the forms that speech is asked for in (protocol/speech_form.h).
 * PCM and WAV need nothing; MP3, Opus and FLAC are libsndfile's, AAC is
 * vo-aacenc's, where the build has found them. What is encoded comes out as it
 * goes in, and nothing that is out is ever changed again.
 */
#ifndef KEYWHEEL_SOUND_ENCODER_H
#define KEYWHEEL_SOUND_ENCODER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "protocol/speech_form.h"

struct encoder;

/* Is there a way to that form? */
bool encoder_has(enum speech_form form);

/* NULL if there is none, or none for such a sound. */
struct encoder *encoder_new(
    enum speech_form form, const struct wav_sound *sound);
void encoder_free(struct encoder *e);

/* So many bytes of whole samples, little-endian; what they give is appended to
 * out, which may be nothing yet. False if the library failed. */
MUSTCHECK bool encoder_add(
    struct encoder *e, const void *samples, size_t bytes, struct buf *out);

/* No more will come: the rest. */
MUSTCHECK bool encoder_end(struct encoder *e, struct buf *out);

#endif
