/*
 * Gemini's answers as a row of events, whatever form they come in: SSE, a
 * JSON array that arrives piece by piece, or one object (contract 2.5).
 */
#ifndef KEYWHEEL_GATEWAY_EVENTS_H
#define KEYWHEEL_GATEWAY_EVENTS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "gateway/relay.h"
#include "protocol/json_array.h"
#include "protocol/sse.h"

enum events_form { EVENTS_UNKNOWN, EVENTS_SSE, EVENTS_JSON };

/* One event. False: it is not understood. */
typedef bool events_fn(void *ctx, struct json_object *event);

struct events {
	enum events_form form;
	size_t max;
	struct sse_parser sse;
	struct json_array array;
	events_fn *fn;
	void *ctx;
	struct buf *refusal; /* of the call that runs */
	enum feed result;    /* HOLD, REFUSED or GARBLED so far */
	int n;               /* events seen, errors not counted */
};

/* max: ceiling for one event in bytes. */
void events_init(struct events *e, size_t max, events_fn *fn, void *ctx);
void events_clear(struct events *e);

/* Forget what has been read; fn and max stay. */
void events_restart(struct events *e);

/* HOLD: all events were taken; REFUSED: one is an error, its JSON is in
 * refusal; GARBLED: one is not JSON, too large, or fn did not take it. */
enum feed events_feed(
    struct events *e, const char *bytes, size_t len, struct buf *refusal);

/* No more will come: an SSE event without its blank line counts. */
enum feed events_end(struct events *e, struct buf *refusal);

#endif
