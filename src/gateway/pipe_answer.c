/* Answers that are passed on: the relay's task of a pipe. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "gateway/pipe_parts.h"
#include "gateway/service.h"

/* One event's data. False: it is an error. */
static bool
on_data(void *ctx, const char *text, size_t len)
{
	struct pipe *p = ctx;
	if (len == 6 && memcmp(text, "[DONE]", 6) == 0) {
		p->done = true;
		return true;
	}
	struct json_object *event = json_parse(text, len, NULL);
	bool refused = json_get(event, "error") != NULL ||
	    json_get(json_at(event, 0), "error") != NULL;
	if (refused)
		buf_add(&p->refusal, text, len);
	else
		pipe_memory_look(p, text, len, event);
	if (p->found != NULL)
		pipe_memory_keep(p, false);
	json_object_put(event);
	return !refused;
}

/* --- the head ------------------------------------------------------------- */

static void
header(void *ctx, int lane, const char *name, const char *value)
{
	struct pipe *p = ctx;
	(void)lane;
	if (strcmp(name, "content-length") == 0)
		snprintf(p->length, sizeof(p->length), "%s", value);
	pipe_headers_add(&p->down, name, value);
}

static enum pipe_form
form_of(const char *type)
{
	if (text_starts(type, "text/event-stream"))
		return PIPE_EVENTS;
	return *type == '\0' || text_contains(type, "json") ? PIPE_WHOLE
							    : PIPE_BYTES;
}

static void
head(void *ctx, const char *content_type)
{
	struct pipe *p = ctx;
	/* What is to be filtered is held, whatever form it has. */
	p->form = p->call->list != NULL ? PIPE_WHOLE
	    : p->call->bytes            ? PIPE_BYTES
					: form_of(content_type);
	p->task.streamed = p->form != PIPE_WHOLE;
	snprintf(p->type, sizeof(p->type), "%s", content_type);
	p->live.content_type = *p->type == '\0' ? NULL : p->type;
	/* Else clients could not tell that bytes are missing. */
	if (p->form == PIPE_BYTES && *p->length != '\0' &&
	    p->down.n < PIPE_HEADERS)
		p->down.of[p->down.n++] =
		    (struct exchange_header){"Content-Length", p->length};
	p->live.answer_headers = p->down.of;
	p->live.n_answer_headers = p->down.n;
}

/* --- the body ------------------------------------------------------------- */

/* The next bytes, up to the end of a line. True if that line is blank: an
 * event is complete. */
static bool
ends_event(struct pipe *p, const char *bytes, size_t len)
{
	bool ended = bytes[len - 1] == '\n';
	for (size_t i = 0; i < len; i++)
		p->line += bytes[i] != '\r' && bytes[i] != '\n';
	bool blank = ended && p->line == 0;
	if (ended)
		p->line = 0;
	return blank;
}

static enum feed
feed_events(struct pipe *p, const char *bytes, size_t len, struct buf *out,
    struct buf *refusal)
{
	while (len > 0) {
		const char *end = memchr(bytes, '\n', len);
		size_t piece = end == NULL ? len : (size_t)(end - bytes) + 1;
		if (!sse_feed(&p->sse, bytes, piece, on_data, p)) {
			buf_reset(refusal);
			buf_join(refusal, &p->refusal);
			return p->refusal.len > 0 ? FEED_REFUSED : FEED_GARBLED;
		}
		buf_add(&p->pending, bytes, piece);
		if (ends_event(p, bytes, piece)) {
			buf_join(out, &p->pending);
			buf_reset(&p->pending);
		}
		bytes += piece;
		len -= piece;
	}
	if (!buf_ok(&p->pending) || !buf_ok(out))
		return FEED_GARBLED;
	return out->len > 0 ? FEED_SHOW : FEED_HOLD;
}

static enum feed
feed(void *ctx, int lane, const char *bytes, size_t len, struct buf *out,
    struct buf *refusal)
{
	struct pipe *p = ctx;
	(void)lane;
	switch (p->form) {
	case PIPE_EVENTS:
		return feed_events(p, bytes, len, out, refusal);
	case PIPE_BYTES:
		buf_add(out, bytes, len);
		return buf_ok(out) ? FEED_SHOW : FEED_GARBLED;
	case PIPE_WHOLE:
		break;
	}
	buf_add(&p->pending, bytes, len);
	return buf_ok(&p->pending) ? FEED_HOLD : FEED_GARBLED;
}

/* --- the end -------------------------------------------------------------- */

/* A stream that says when it is done is cut off without that. */
static bool
close_events(struct pipe *p, struct buf *out)
{
	bool ok = sse_end(&p->sse, on_data, p);
	bool blank = p->pending.len == 0 || p->line == 0;
	buf_join(out, &p->pending);
	if (!blank)
		buf_str(out, "\n\n");
	return ok && (p->done || !p->call->done_mark);
}

static void
close_whole(struct pipe *p, struct buf *out)
{
	struct json_object *o =
	    json_parse(buf_cstr(&p->pending), p->pending.len, NULL);
	pipe_memory_look(p, buf_cstr(&p->pending), p->pending.len, o);
	pipe_memory_keep(p, true);
	if (p->call->list != NULL && pipe_memory_filter(p, &o))
		json_write(out, o);
	else
		buf_join(out, &p->pending);
	json_object_put(o);
}

static struct closing
close_answer(void *ctx, int lane, bool last, struct buf *out)
{
	struct pipe *p = ctx;
	struct closing closing = {.end = ATTEMPT_ANSWERED,
	    .outcome = OUTCOME_COMPLETE,
	    .if_complete = !p->done};
	(void)lane;
	(void)last;
	if (p->form == PIPE_EVENTS && !close_events(p, out))
		closing.end = ATTEMPT_CUT;
	if (p->form == PIPE_WHOLE)
		close_whole(p, out);
	if (!buf_ok(out))
		closing.end = ATTEMPT_GARBLED;
	return closing;
}

static void
restart(void *ctx)
{
	struct pipe *p = ctx;
	size_t max = p->pending.max;
	pipe_answer_clear(p);
	pipe_answer_init(p, max);
}

/* An event that is an error, as the API has it. */
static bool
fail(void *ctx, const struct api_error *error, struct buf *out)
{
	struct pipe *p = ctx;
	if (p->form != PIPE_EVENTS)
		return false;
	if (p->call->dialect != DIALECT_GOOGLE_WORD) {
		buf_str(out, "data: ");
		api_error_write(error, p->call->dialect, out);
	} else {
		struct buf json;
		buf_init(&json, BUF_SMALL);
		api_error_write(error, DIALECT_GOOGLE_WORD, &json);
		buf_fmt(out, "event: error\ndata: {\"event_type\":\"error\",%s",
		    buf_cstr(&json) + 1);
		buf_clear(&json);
	}
	buf_str(out, "\n\n");
	return true;
}

/* --- the account ---------------------------------------------------------- */

static const struct usage *
usage(void *ctx)
{
	struct pipe *p = ctx;
	return &p->usage;
}

static struct json_object *
remember(void *ctx, bool answered)
{
	const struct pipe *p = ctx;
	return answered ? p->remember : NULL;
}

static void
leased(void *ctx, const struct lease *lease)
{
	struct pipe *p = ctx;
	p->token_id = lease->token_id;
	p->key_id = lease->key_id;
}

/* By the settings that came with the lease. */
static bool
admit(void *ctx, struct api_error *error)
{
	const struct pipe *p = ctx;
	const struct settings *set = p->live.service->settings;
	return !settings_has(set, SETTING_ID_FILTERED_MODELS, p->live.model) ||
	    api_error_set(error, FAULT_MODEL_NOT_FOUND, "model",
		"There is no model of that name.");
}

void
pipe_answer_init(struct pipe *p, size_t max)
{
	bool streamed = p->task.streamed;
	p->task = (struct relay_task){.ctx = p,
	    .dialect = p->call->dialect,
	    .streamed = streamed,
	    /* What cannot be found is no model where none was named. */
	    .file_route = p->names.list != NULL || p->live.pool_model == NULL,
	    .once = p->call->once,
	    .keeps_status = true,
	    .admit = admit,
	    .header = header,
	    .leased = leased,
	    .head = head,
	    .feed = feed,
	    .close = close_answer,
	    .restart = restart,
	    .fail = fail,
	    .usage = usage,
	    .remember = remember};
	p->form = PIPE_WHOLE;
	p->type[0] = p->length[0] = '\0';
	p->line = 0;
	p->done = false;
	p->usage = (struct usage){0};
	buf_init(&p->pending, max);
	buf_init(&p->refusal, BUF_LARGE);
	sse_init(&p->sse, max);
}

void
pipe_answer_clear(struct pipe *p)
{
	pipe_headers_clear(&p->down);
	buf_clear(&p->pending);
	buf_clear(&p->refusal);
	sse_clear(&p->sse);
	json_object_put(p->found);
	p->found = NULL;
}
