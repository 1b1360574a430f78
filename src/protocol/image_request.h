/*
 * POST /v1/images/generations and /v1/images/edits: OpenAI's request in,
 * Gemini's out (contract section 4.2). Pure: what it needs of the world is in
 * chat_policy.
 */
#ifndef KEYWHEEL_PROTOCOL_IMAGE_REQUEST_H
#define KEYWHEEL_PROTOCOL_IMAGE_REQUEST_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"
#include "protocol/api_error.h"
#include "protocol/chat_policy.h"

/* OpenAI's own limits: pictures that one request may ask for, and bring. */
#define IMAGE_MAX 10
#define IMAGE_MAX_INPUTS 16

struct image_request {
	char *model;      /* Gemini's name, for the upstream path */
	const char *pool; /* the pool it asks for by name; NULL: none */
	char *pool_model; /* what the database calls the model, there */
	bool predicts;    /* Imagen: asked by :predict */
	bool edits;       /* of pictures that came with it */
	int n;            /* pictures */
	int calls;        /* … by so many calls, each with as many */
	bool stream;
	bool as_url; /* response_format is url */
	/* As the client has them, for the answer; "auto" if it has not. */
	char *size, *quality;
	char *prompt;               /* without its macros */
	struct buf adjusted;        /* what was dropped for the model */
	struct json_object *gemini; /* the upstream body of one call */
};

/* A picture to edit: Gemini's inlineData, {"mimeType":…,"data":…}. */

/*
 * Read the body, a JSON object that is not changed. inputs: the pictures to
 * edit, a JSON array of inlineData objects, or NULL where the request is no
 * edit. False with *error set if it is refused; req must be cleared either
 * way.
 */
MUSTCHECK bool image_request_read(struct image_request *req,
    struct json_object *body, struct json_object *inputs,
    const struct chat_policy *policy, struct api_error *error);
void image_request_clear(struct image_request *req);

/* Add a field of a form to the body, which is as it would be in JSON: "2" is a
 * number where one is meant. */
void image_request_add_field(
    struct json_object *body, const char *name, const char *text, size_t len);

/* Is that what clients call OpenAI's models of this kind? */
bool image_request_is_alias(const char *model);

#endif
