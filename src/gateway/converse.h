/*
 * A conversation over Gemini's stream: what the OpenAI chat API and the
 * Responses API share, from the client's body to the account. What differs
 * is a struct of functions.
 */
#ifndef KEYWHEEL_GATEWAY_CONVERSE_H
#define KEYWHEEL_GATEWAY_CONVERSE_H

#include <stdbool.h>

#include "base/buf.h"
#include "protocol/chat_answer.h"
#include "protocol/chat_request.h"

struct service;

/* One API's way of reading a request and of writing an answer. The answer is
 * whatever `make` gives; NULL only if memory ran out. */
struct converse_form {
	const char *route;     /* for the account: "openai.chat" */
	const char *id_prefix; /* of answers: "chatcmpl-" */
	/* What a client calls its prompt; NULL: messages. */
	const char *prompt_field;

	/* As chat_request_read() does it. */
	bool (*read)(struct chat_request *req, struct json_object *body,
	    const struct chat_policy *policy, struct api_error *error);

	/* As chat_answer_new() and its siblings do it. */
	void *(*make)(
	    const struct chat_request *req, const struct chat_stamp *stamp);
	void (*free)(void *answer);
	struct gemini_reader *(*reader)(void *answer);
	bool (*feed)(void *answer, struct json_object *event, struct buf *out);
	void (*finish)(void *answer, struct buf *out);
	void (*fail)(
	    void *answer, const struct api_error *error, struct buf *out);
	void (*restart)(void *answer);
	/* {call id: thought signature} of the answer, for later requests; the
	 * caller owns it. NULL: none. */
	struct json_object *(*signatures)(void *answer);
};

/* Serve the request that the service has accepted. */
void converse_serve(struct service *s, const struct converse_form *form);

#endif
