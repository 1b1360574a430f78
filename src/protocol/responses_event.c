/* Writing events, one number after the other. */
#include "protocol/responses_event.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"

static void
open_event(struct responses_answer *a, const char *type)
{
	buf_fmt(a->out,
	    "event: %s\ndata: {\"type\":\"%s\",\"sequence_number\":%" PRId64,
	    type, type, a->sequence++);
}

bool
responses_event_begin(struct responses_answer *a, const char *type)
{
	static const struct responses_status begun = {
	    "in_progress", NULL, NULL};
	if (!a->req->stream || a->quiet)
		return false;
	if (!a->opened) {
		a->opened = true;
		responses_event_response(a, "response.created", &begun);
		responses_event_response(a, "response.in_progress", &begun);
	}
	open_event(a, type);
	return true;
}

void
responses_event_end(struct responses_answer *a)
{
	buf_str(a->out, "}\n\n");
}

void
responses_event_place(struct responses_answer *a, const char *id)
{
	buf_fmt(
	    a->out, ",\"item_id\":\"%s\",\"output_index\":%d", id, a->n_items);
}

void
responses_event_text(
    struct responses_answer *a, const char *name, const char *text, size_t len)
{
	buf_fmt(a->out, ",\"%s\":", name);
	json_write_text(a->out, text, len);
}

static void
write_item(struct responses_answer *a, const char *type, const struct buf *item)
{
	if (!responses_event_begin(a, type))
		return;
	buf_fmt(a->out, ",\"output_index\":%d,\"item\":", a->n_items);
	buf_join(a->out, item);
	responses_event_end(a);
}

void
responses_event_added(struct responses_answer *a, const struct buf *item)
{
	write_item(a, "response.output_item.added", item);
}

void
responses_event_done(struct responses_answer *a, struct buf *item)
{
	write_item(a, "response.output_item.done", item);
	if (a->n_items++ > 0)
		buf_byte(&a->items, ',');
	buf_move(&a->items, item);
}

void
responses_event_response(struct responses_answer *a, const char *type,
    const struct responses_status *status)
{
	if (!responses_event_begin(a, type))
		return;
	buf_str(a->out, ",\"response\":");
	responses_object_write(a, status, a->out);
	responses_event_end(a);
}

void
responses_event_id(const struct responses_answer *a, const char *prefix,
    char id[RESPONSES_ID_SIZE])
{
	const char *own = strchr(a->stamp.id, '_');
	snprintf(id, RESPONSES_ID_SIZE, "%s_%s_%d", prefix,
	    own == NULL ? a->stamp.id : own + 1, a->n_items);
}
