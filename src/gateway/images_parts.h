/* The state of a request for pictures, and what its files do for each other:
 * for images*.c. */
#ifndef KEYWHEEL_GATEWAY_IMAGES_PARTS_H
#define KEYWHEEL_GATEWAY_IMAGES_PARTS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "gateway/live.h"
#include "protocol/image_answer.h"
#include "protocol/image_request.h"

struct images {
	struct service *service;
	struct live live;
	int64_t token_id;           /* the token's owner; 0: not asked yet */
	struct json_object *body;   /* the client's, also out of a form */
	struct json_object *inputs; /* pictures to edit; NULL: it is no edit */
	struct image_request request;
	struct api_error refusal; /* by settings that have changed */
	struct buf path;          /* upstream */
	struct buf upstream;      /* the body for Gemini */

	struct buf raw[EXCHANGE_LANES]; /* answers that are not complete */
	struct image_answer answer;     /* the pictures so far */
	int answered;                   /* calls: found or refused */
	char reason[48]; /* Gemini's word for how the last one ended */
};

/* images.c: serve the request. body_taken says whether body and inputs are
 * there; else *error says why not. */
void images_serve(struct images *im, bool body_taken, struct api_error *error);
void images_init(struct images *im, struct service *s, const char *route);

/* images_run.c: ask for the pictures, and answer. */
void images_run(struct images *im);

#endif
