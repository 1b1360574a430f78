/* The forms that speech may be asked for in. */
#ifndef KEYWHEEL_PROTOCOL_SPEECH_FORM_H
#define KEYWHEEL_PROTOCOL_SPEECH_FORM_H

#include "protocol/wav.h"

enum speech_form {
	SPEECH_MP3,
	SPEECH_OPUS, /* in Ogg */
	SPEECH_AAC,  /* in ADTS */
	SPEECH_FLAC,
	SPEECH_WAV,
	SPEECH_PCM, /* the samples alone */
	SPEECH__MAX
};

/* OpenAI's words for them, in their order. */
extern const char *const speech_form_names[SPEECH__MAX];

/* Room for a type. */
#define SPEECH_TYPE_SIZE 64

/* The Content-Type of such samples in that form. OpenAI's PCM has 24,000
 * samples a second and one channel; others say so. */
void speech_form_type(enum speech_form form, const struct wav_sound *sound,
    char type[SPEECH_TYPE_SIZE]);

#endif
