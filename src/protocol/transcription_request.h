/*
 * POST /v1/audio/transcriptions and /v1/audio/translations: OpenAI's form in,
 * Gemini's request out (contract 4.3). Pure: what it needs of the world is in
 * transcription_policy.
 */
#ifndef KEYWHEEL_PROTOCOL_TRANSCRIPTION_REQUEST_H
#define KEYWHEEL_PROTOCOL_TRANSCRIPTION_REQUEST_H

#include <json-c/json.h>
#include <stdbool.h>

#include "base/attr.h"
#include "protocol/model_asked.h"
#include "base/buf.h"
#include "protocol/api_error.h"

/* What the settings have to say. Borrowed. */
struct transcription_policy {
	const char *model;                   /* TRANSCRIPTION_MODEL */
	struct json_object *filtered_models; /* a list of names */
};

struct transcription_request {
	bool translate; /* into English */
	struct model_asked asked;
	bool plain;                 /* response_format text: no JSON */
	bool stream;                /* … but events, whatever the format is */
	const char *adjusted;       /* what is not heeded, or "" */
	struct json_object *config; /* generationConfig, or NULL */
	struct buf prompt;
};

/* Read the form's fields, an object of strings. False with *error set if it is
 * refused; req must be cleared either way. */
MUSTCHECK bool transcription_request_read(struct transcription_request *req,
    struct json_object *fields, bool translate,
    const struct transcription_policy *policy, struct api_error *error);
void transcription_request_clear(struct transcription_request *req);

/* Gemini's body around the base64 of a file of that type: what stands before
 * it, and what behind. */
void transcription_request_begin(const char *mime, struct buf *out);
void transcription_request_end(
    const struct transcription_request *req, struct buf *out);

#endif
