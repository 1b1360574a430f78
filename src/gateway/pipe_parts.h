/* What the files of pipe.c do for each other: for pipe*.c. */
#ifndef KEYWHEEL_GATEWAY_PIPE_PARTS_H
#define KEYWHEEL_GATEWAY_PIPE_PARTS_H

#include <json-c/json.h>

#include "base/buf.h"
#include "gateway/live.h"
#include "gateway/pipe.h"
#include "gateway/pipe_headers.h"
#include "protocol/sse.h"

/* How an answer is passed on, by its type. */
enum pipe_form {
	PIPE_WHOLE,  /* JSON: held until it is complete */
	PIPE_EVENTS, /* SSE: event by event */
	PIPE_BYTES,  /* as it comes */
};

struct pipe {
	const struct pipe_call *call;
	struct live live;
	struct relay_task task;

	/* the request */
	struct buf body, path, model;
	struct pipe_headers up;
	struct json_object *names; /* of resources that it mentions, or NULL */

	/* the answer */
	enum pipe_form form;
	char type[128];  /* Content-Type */
	char length[24]; /* Content-Length, or "" */
	struct pipe_headers down;
	struct buf pending; /* what has not gone out */
	struct sse_parser sse;
	size_t line;        /* bytes of the line that is not complete */
	struct buf refusal; /* an event that is an error */
	bool done;          /* [DONE] has come */
	struct usage usage;
	struct json_object *found; /* resources to remember, or NULL */
	struct json_object *remember;
};

/* pipe_answer.c: the task of a pipe, in p->task; p is cleared at its end. */
void pipe_answer_init(struct pipe *p, size_t max);
void pipe_answer_clear(struct pipe *p);

#endif
