/* Taking answers apart into events. */
#include "gateway/events.h"

#include <string.h>

#include "base/json.h"
#include "protocol/surrogate.h"

void
events_init(struct events *e, size_t max, events_fn *fn, void *ctx)
{
	*e = (struct events){.max = max, .fn = fn, .ctx = ctx};
	sse_init(&e->sse, max);
	json_array_init(&e->array, max);
}

void
events_clear(struct events *e)
{
	sse_clear(&e->sse);
	json_array_clear(&e->array);
}

void
events_restart(struct events *e)
{
	events_clear(e);
	events_init(e, e->max, e->fn, e->ctx);
}

/* One event's text. False stops, with e->result telling why. */
static bool
take(void *ctx, const char *text, size_t len)
{
	struct events *e = ctx;
	struct json_object *event = surrogate_parse(text, len, NULL);
	if (event == NULL) {
		e->result = FEED_GARBLED;
		return false;
	}
	if (json_get(event, "error") != NULL) {
		buf_reset(e->refusal);
		buf_add(e->refusal, text, len);
		e->result = FEED_REFUSED;
	} else if (!e->fn(e->ctx, event)) {
		e->result = FEED_GARBLED;
	} else {
		e->n++;
	}
	json_object_put(event);
	return e->result == FEED_HOLD;
}

/* The first byte that is no white space tells the form. */
static void
guess_form(struct events *e, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len && e->form == EVENTS_UNKNOWN; i++) {
		if (strchr(" \t\r\n", bytes[i]) != NULL)
			continue;
		e->form = bytes[i] == '{' || bytes[i] == '[' ? EVENTS_JSON
							     : EVENTS_SSE;
	}
}

enum feed
events_feed(
    struct events *e, const char *bytes, size_t len, struct buf *refusal)
{
	e->refusal = refusal;
	e->result = FEED_HOLD;
	guess_form(e, bytes, len);
	bool ok = e->form == EVENTS_JSON
	    ? json_array_feed(&e->array, bytes, len, take, e)
	    : sse_feed(&e->sse, bytes, len, take, e);
	if (!ok && e->result == FEED_HOLD)
		e->result = FEED_GARBLED;
	return e->result;
}

enum feed
events_end(struct events *e, struct buf *refusal)
{
	e->refusal = refusal;
	e->result = FEED_HOLD;
	if (e->form == EVENTS_SSE && !sse_end(&e->sse, take, e) &&
	    e->result == FEED_HOLD)
		e->result = FEED_GARBLED;
	return e->result;
}
