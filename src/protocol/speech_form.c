/* Forms of speech: words and types. */
#include "protocol/speech_form.h"

#include <stdio.h>

const char *const speech_form_names[SPEECH__MAX] = {
    [SPEECH_MP3] = "mp3",
    [SPEECH_OPUS] = "opus",
    [SPEECH_AAC] = "aac",
    [SPEECH_FLAC] = "flac",
    [SPEECH_WAV] = "wav",
    [SPEECH_PCM] = "pcm",
};

static const char *const types[SPEECH__MAX] = {
    [SPEECH_MP3] = "audio/mpeg",
    [SPEECH_OPUS] = "audio/opus",
    [SPEECH_AAC] = "audio/aac",
    [SPEECH_FLAC] = "audio/flac",
    [SPEECH_WAV] = "audio/wav",
    [SPEECH_PCM] = "audio/pcm",
};

void
speech_form_type(enum speech_form form, const struct wav_sound *sound,
    char type[SPEECH_TYPE_SIZE])
{
	bool usual = sound->rate == 24000 && sound->channels == 1;
	if (form == SPEECH_PCM && !usual)
		snprintf(type, SPEECH_TYPE_SIZE, "%s; rate=%d; channels=%d",
		    types[form], sound->rate, sound->channels);
	else
		snprintf(type, SPEECH_TYPE_SIZE, "%s", types[form]);
}
