/* The state of a speech request, and what its files do for each other: for
 * speech*.c. */
#ifndef KEYWHEEL_GATEWAY_SPEECH_PARTS_H
#define KEYWHEEL_GATEWAY_SPEECH_PARTS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "gateway/events.h"
#include "gateway/live.h"
#include "protocol/gemini_reader.h"
#include "protocol/speech_request.h"
#include "protocol/speech_sound.h"

struct encoder;

struct speech {
	struct service *service;
	struct live live;
	struct json_object *body; /* the client's */
	int64_t token_id;         /* the token's owner; 0: not asked yet */
	struct speech_request request;
	struct buf path, upstream; /* for Gemini */
	bool whole;                /* the model is said not to stream */
	struct api_error refusal;  /* by settings that have changed */

	/* the answer */
	struct events events;
	struct gemini_reader reader;
	struct speech_sound sound;
	struct encoder *encoder;
	struct buf coded; /* for one event of SSE */
	struct buf *out;  /* of the feed that runs */
	uint64_t bytes;   /* of samples so far */
	bool garbled;
	char type[SPEECH_TYPE_SIZE];
};

/* speech_answer.c: understand the answer of the request that is in
 * s->request, and serve it. */
void speech_answer_run(struct speech *s, const struct relay_task *request);

#endif
