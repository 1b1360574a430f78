/* The state of a transcription, and what its files do for each other: for
 * transcription*.c. */
#ifndef KEYWHEEL_GATEWAY_TRANSCRIPTION_PARTS_H
#define KEYWHEEL_GATEWAY_TRANSCRIPTION_PARTS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "gateway/events.h"
#include "gateway/form.h"
#include "gateway/live.h"
#include "protocol/gemini_reader.h"
#include "protocol/media_type.h"
#include "protocol/transcription_request.h"

struct transcription {
	struct service *service;
	struct live live;
	bool translate;
	struct form form;
	struct json_object *fields; /* of the form, as strings */
	const struct form_part *file;
	char mime[MEDIA_TYPE_SIZE]; /* its type */
	int64_t token_id;           /* the token's owner; 0: not asked yet */
	struct transcription_request request;
	struct buf path, upstream; /* for Gemini */
	struct api_error refusal;  /* by settings that have changed */

	/* the answer */
	struct events events;
	struct gemini_reader reader;
	struct buf text; /* so far */
	struct buf *out; /* of the feed that runs */
};

/* transcription_run.c: understand the answer of the request that is in
 * t->request, and serve it. */
void transcription_run(struct transcription *t, const struct relay_task *task);

#endif
