/* What an encoder's kinds do for encoder.c: for the files of src/sound. */
#ifndef KEYWHEEL_SOUND_ENCODER_PARTS_H
#define KEYWHEEL_SOUND_ENCODER_PARTS_H

#include <stdint.h>

#include "sound/encoder.h"

struct encoder_kind {
	/* NULL if the library does not take it. */
	void *(*open)(enum speech_form form, const struct wav_sound *sound);
	/* So many samples of each channel. */
	bool (*add)(void *state, const int16_t *samples, size_t frames,
	    struct buf *out);
	bool (*end)(void *state, struct buf *out);
	void (*close)(void *state);
};

extern const struct encoder_kind encoder_sndfile; /* sndfile.c */
extern const struct encoder_kind encoder_aac;     /* aac.c */

#endif
