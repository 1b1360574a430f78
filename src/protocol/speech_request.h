/*
 * POST /v1/audio/speech: OpenAI's request in, Gemini's out (contract 4.3).
 * Pure: what it needs of the world is in speech_policy.
 */
#ifndef KEYWHEEL_PROTOCOL_SPEECH_REQUEST_H
#define KEYWHEEL_PROTOCOL_SPEECH_REQUEST_H

#include <json-c/json.h>
#include <stdbool.h>

#include "base/attr.h"
#include "protocol/model_asked.h"
#include "protocol/api_error.h"
#include "protocol/speech_form.h"

/* What the settings and the build have to say. Borrowed. */
struct speech_policy {
	const char *model;                   /* TTS_MODEL */
	const char *voice;                   /* TTS_VOICE_NAME */
	const char *speed;                   /* TTS_SPEED */
	struct json_object *voices;          /* TTS_VOICES */
	struct json_object *filtered_models; /* a list of names */
	bool can[SPEECH__MAX];               /* forms there is a way to */
};

struct speech_request {
	struct model_asked asked;
	enum speech_form form;
	bool sse;                   /* stream_format: events, else bytes */
	bool as_it_comes;           /* else all of it at the end */
	const char *adjusted;       /* what is not heeded, or "" */
	struct json_object *gemini; /* the upstream body */
};

/* Read the body, which is not changed. False with *error set if it is refused;
 * req must be cleared either way. */
MUSTCHECK bool speech_request_read(struct speech_request *req,
    struct json_object *body, const struct speech_policy *policy,
    struct api_error *error);
void speech_request_clear(struct speech_request *req);

#endif
