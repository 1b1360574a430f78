/* Streamed answers: each event is framed and becomes a piece of the reply. */
#include "stream.h"

#include <json-c/json.h>

#include "errors.h"

void
stream_type(bool sse, struct reply *reply)
{
	if (!sse) {
		reply_json(reply);
		return;
	}
	buf_empty(&reply->type);
	buf_text(&reply->type, "text/event-stream");
	buf_text(&reply->headers, "Content-Disposition: attachment\r\n");
}

static void
stream_error(
    const struct deed *deed, const struct route *route, struct buf *out)
{
	struct errors_case c = {
	    .name = deed->error != NULL ? deed->error : "unavailable",
	    .key = buf_str(&route->key),
	    .model = buf_str(&route->model),
	    .method = buf_str(&route->method),
	    .version = buf_str(&route->version),
	    .delay = deed->retry_delay,
	    .project = deed->project,
	};

	errors_write(out, &c, false);
}

/* The i-th event, from 0, bare; what it tells of the usage is noted. */
static void
stream_event(const struct deed *deed, const struct route *route,
    const struct answer *answer, size_t i, struct reply *reply)
{
	struct buf *out = &reply->body;
	struct json_object *event;
	const char *text;
	size_t n;

	if (deed->error_event_at == (long long)i + 1) {
		stream_error(deed, route, out);
	} else if (deed->events != NULL) {
		event = json_object_array_get_idx(deed->events, i);
		text = deed_json(event, &n);
		buf_add(out, text, n);
		deed_usage(event, &reply->says);
	} else {
		answers_event(out, answer, i);
		reply->says = answers_said(answer, i);
	}
}

void
stream_write(const struct deed *deed, const struct route *route,
    const struct answer *answer, struct reply *reply)
{
	size_t count = deed->events != NULL
	    ? json_object_array_length(deed->events)
	    : answer->events;

	/* An error is the last event; if it comes too late, behind all. */
	if (deed->error_event_at > 0) {
		size_t at = (size_t)deed->error_event_at;

		if (at > count + 1)
			at = count + 1;
		count = at;
		reply->good = false;
	}
	reply->streamed = true;
	stream_type(route->sse, reply);
	if (!route->sse)
		buf_text(&reply->body, "[");
	for (size_t i = 0; i < count; i++) {
		if (route->sse)
			buf_text(&reply->body, "data: ");
		else if (i > 0)
			buf_text(&reply->body, ",\r\n");
		stream_event(deed, route, answer, i, reply);
		if (route->sse)
			buf_text(&reply->body, "\r\n\r\n");
		else
			buf_text(&reply->body, i + 1 < count ? "\r\n" : "]");
		reply_mark(reply);
	}
	if (count == 0 && !route->sse)
		buf_text(&reply->body, "]");
	if (count == 0)
		reply_mark(reply);
}

void
stream_first(const struct deed *deed, struct reply *reply)
{
	size_t n = 0;
	const char *text = "{}";

	if (json_object_array_length(deed->events) > 0)
		text =
		    deed_json(json_object_array_get_idx(deed->events, 0), &n);
	buf_add(&reply->body, text, n > 0 ? n : 2);
}
