/* Who speaks: the part of a speech request that is about voices. */
#ifndef KEYWHEEL_PROTOCOL_SPEECH_SPEAKERS_H
#define KEYWHEEL_PROTOCOL_SPEECH_SPEAKERS_H

#include <json-c/json.h>

#include "protocol/api_error.h"
#include "protocol/speech_request.h"

/*
 * Gemini's speechConfig for the members `voice` and `speakers` of the body.
 * A voice is a name or {"id": name}; without one it is the policy's. The
 * speakers of a dialogue, which the API of OpenAI does not have, are exactly
 * two: [{"speaker": "Joe", "voice": "Puck"}, …], by whose names the input says
 * who speaks. The caller owns it; NULL with *error set if it is refused.
 */
struct json_object *speech_speakers_read(struct json_object *body,
    const struct speech_policy *policy, struct api_error *error);

#endif
