/*
 * A request about files, through the relay: its answer is one JSON object, or
 * nothing, and may take several exchanges with the same key.
 */
#ifndef KEYWHEEL_GATEWAY_FILE_CALL_H
#define KEYWHEEL_GATEWAY_FILE_CALL_H

#include <json-c/json.h>
#include <stdbool.h>

#include "gateway/live.h"

enum file_next {
	FILE_DONE,  /* what the client gets has been appended */
	FILE_AGAIN, /* another exchange, by what live says now */
	FILE_BAD,   /* not understood */
};

struct file_call {
	struct live live; /* what to send; its content_type is filled here */
	bool once;        /* it makes something */
	void *ctx;
	/* A field of an answer's head, its name in lower case. May be NULL. */
	void (*header)(void *ctx, const char *name, const char *value);
	/* The whole answer of a good status; o: as JSON, NULL if it is none. */
	enum file_next (*answer)(void *ctx, const struct buf *body,
	    struct json_object *o, struct buf *out);
	/* Another attempt begins. May be NULL. */
	void (*restart)(void *ctx);
	/* As relay_task has it. */
	bool (*spent)(void *ctx);

	/* For account.remember; answer() leaves it. */
	struct json_object *remember;

	/* private */
	struct buf body;
	struct usage usage; /* there is none */
	int64_t token_id, key_id;
};

/* Serve the request to its end. */
void file_call_run(struct file_call *call);

/* Append a JSON object with a newline. */
void file_call_write(struct json_object *o, struct buf *out);

/* Remember the file that an answer has made, or (seen) tells about. purpose:
 * as OpenAI's clients give it, or NULL. */
void file_call_note(struct file_call *call, struct json_object *file,
    const char *purpose, bool seen);

#endif
