/* What the files of pipe.c do for each other: for pipe*.c. */
#ifndef KEYWHEEL_GATEWAY_PIPE_PARTS_H
#define KEYWHEEL_GATEWAY_PIPE_PARTS_H

#include <json-c/json.h>

#include "base/buf.h"
#include "gateway/live.h"
#include "gateway/pipe.h"
#include "gateway/pipe_headers.h"
#include "protocol/resource_name.h"
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
	struct resource_names names; /* of what it mentions */
	struct buf own;              /* of what the path itself names, or "" */

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
	int64_t token_id, key_id;
	struct json_object *found;    /* resources to remember, or NULL */
	struct json_object *remember; /* what could not be kept at once */
};

/* pipe_answer.c: the task of a pipe, in p->task; p is cleared at its end. */
void pipe_answer_init(struct pipe *p, size_t max);
void pipe_answer_clear(struct pipe *p);

/* pipe_memory.c: what later requests are to know. */

/* Look at an answer, or at one event of it, for what it has made. o: the same,
 * parsed, or NULL. */
void pipe_memory_look(
    struct pipe *p, const char *text, size_t len, struct json_object *o);

/* Keep what was found, before the client hears of it and asks for it; answered:
 * what the request deletes is gone, too. */
void pipe_memory_keep(struct pipe *p, bool answered);

/* A list that is the answer: where tokens see only what is theirs, the rest is
 * taken out; one that is not understood is empty. *list is changed. True if
 * something was. */
bool pipe_memory_filter(struct pipe *p, struct json_object **list);

#endif
