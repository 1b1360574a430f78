/* The names of voices: Gemini's, and what OpenAI's clients call them. */
#ifndef KEYWHEEL_PROTOCOL_SPEECH_VOICE_H
#define KEYWHEEL_PROTOCOL_SPEECH_VOICE_H

#include <json-c/json.h>

#include "base/buf.h"

/*
 * Gemini's name of the voice that a client names: what the map says, which is
 * an object {"alloy": "Kore"}, or a voice of Gemini's in any case. NULL if it
 * is neither. Borrowed of the map, or static.
 */
const char *speech_voice_find(const char *name, struct json_object *map);

/* Append all names that are understood, with commas between. */
void speech_voice_list(struct json_object *map, struct buf *out);

#endif
