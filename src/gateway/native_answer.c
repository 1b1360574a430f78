/* Answers of Gemini's own API, as they are passed on: the relay's task. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "gateway/native_parts.h"
#include "gateway/resources.h"
#include "gateway/service.h"
#include "protocol/embed_answer.h"
#include "protocol/native_body.h"
#include "protocol/token_estimate.h"

/* The settings in force are known: SAFETY_SETTINGS is for clients that say
 * nothing about safety. */
static void
leased(void *ctx, const struct lease *lease)
{
	struct native *n = ctx;
	const struct settings *set = n->service->settings;
	(void)lease;
	if (n->kind->generates && !n->dressed &&
	    json_count(settings_json(set, SETTING_ID_SAFETY_SETTINGS)) > 0)
		native_body_add_safety(
		    &n->body, settings_text(set, SETTING_ID_SAFETY_SETTINGS));
	n->dressed = true;
	n->live.body = n->body.len > 0 ? n->body.data : NULL;
	n->live.body_len = n->body.len;
}

static void
header(void *ctx, int lane, const char *name, const char *value)
{
	struct native *n = ctx;
	(void)lane;
	pipe_headers_add(&n->down, name, value);
}

static void
head(void *ctx, const char *content_type)
{
	struct native *n = ctx;
	n->live.answer_headers = n->down.of;
	n->live.n_answer_headers = n->down.n;
	if (*content_type != '\0')
		snprintf(n->type, sizeof(n->type), "%s", content_type);
}

static void
ignore_delta(void *ctx, const struct delta *d)
{
	(void)ctx;
	(void)d;
}

static bool
on_event(void *ctx, struct json_object *event)
{
	struct native *n = ctx;
	return !n->kind->generates || gemini_reader_feed(&n->reader, event);
}

/*
 * How many bytes of a piece can be the end of an event at the earliest: an
 * SSE event ends with a line, an element of an array with a brace.
 */
static size_t
step(const struct native *n, const char *bytes, size_t len)
{
	const char *mark =
	    memchr(bytes, n->events.form == EVENTS_JSON ? '}' : '\n', len);
	return mark == NULL ? len : (size_t)(mark - bytes) + 1;
}

/* Streams: whole events go out as they came. */
static enum feed
feed_stream(struct native *n, const char *bytes, size_t len, struct buf *out,
    struct buf *refusal)
{
	while (len > 0) {
		size_t piece = step(n, bytes, len);
		int before = n->events.n;
		enum feed result =
		    events_feed(&n->events, bytes, piece, refusal);
		if (result != FEED_HOLD)
			return result;
		buf_add(&n->pending, bytes, piece);
		if (n->events.n > before) {
			buf_add(out, n->pending.data, n->pending.len);
			buf_reset(&n->pending);
			n->sent_event = true;
		}
		if (!buf_ok(&n->pending) || !buf_ok(out))
			return FEED_GARBLED;
		bytes += piece;
		len -= piece;
	}
	return out->len > 0 ? FEED_SHOW : FEED_HOLD;
}

static enum feed
feed(void *ctx, int lane, const char *bytes, size_t len, struct buf *out,
    struct buf *refusal)
{
	struct native *n = ctx;
	(void)lane;
	if (n->kind->streams)
		return feed_stream(n, bytes, len, out, refusal);
	buf_add(&n->pending, bytes, len);
	return buf_ok(&n->pending) ? FEED_HOLD : FEED_GARBLED;
}

static enum outcome
outcome_of(const struct native *n)
{
	if (n->reader.blocked)
		return OUTCOME_BLOCKED;
	switch (n->reader.choices[0].finish) {
	case FINISH_LENGTH:
		return OUTCOME_LENGTH;
	case FINISH_FILTER:
		return OUTCOME_BLOCKED;
	default:
		return OUTCOME_COMPLETE;
	}
}

/* A stream is complete when a finish reason has come and, for the array
 * form, its bracket has been closed. */
static bool
stream_is_complete(const struct native *n)
{
	switch (gemini_reader_state(&n->reader, true)) {
	case ANSWER_OPEN:
	case ANSWER_TRUNCATED:
	case ANSWER_EMPTY:
		return false;
	default:
		return n->sse || json_array_ended(&n->events.array);
	}
}

static struct closing
close_stream(struct native *n, struct buf *out)
{
	struct closing closing = {.end = ATTEMPT_CUT};
	struct buf refusal;
	buf_init(&refusal, BUF_SMALL);
	enum feed last = events_end(&n->events, &refusal);
	buf_clear(&refusal);
	if (last != FEED_HOLD || !stream_is_complete(n))
		return closing;

	/* The blank line that ends the last event is always there: an SDK
	 * fails without it (contract 6.4). */
	buf_add(out, n->pending.data, n->pending.len);
	if (n->sse && n->pending.len > 0 &&
	    strspn(buf_cstr(&n->pending), "\r\n") < n->pending.len)
		buf_str(out, "\r\n\r\n");
	closing.end = ATTEMPT_ANSWERED;
	closing.outcome = outcome_of(n);
	return closing;
}

/* Whatever a complete body says is the client's matter. */
static bool
read_whole(struct native *n)
{
	struct buf refusal;
	buf_init(&refusal, BUF_SMALL);
	enum feed read =
	    events_feed(&n->events, n->pending.data, n->pending.len, &refusal);
	buf_clear(&refusal);
	return read == FEED_HOLD && n->events.n > 0;
}

/* Google counts no tokens of vectors, or does it here. */
static bool
read_vectors(struct native *n)
{
	int64_t tokens;
	if (!embed_answer_check(buf_cstr(&n->pending), n->pending.len, &tokens))
		return false;
	n->reader.usage.prompt = tokens > 0 ? tokens : n->live.tokens;
	return true;
}

static struct closing
close_answer(void *ctx, int lane, bool last, struct buf *out)
{
	struct native *n = ctx;
	(void)lane;
	(void)last;
	struct closing closing = {.end = ATTEMPT_ANSWERED};
	if (n->kind->streams)
		return close_stream(n, out);

	if (!(n->kind->embeds ? read_vectors(n) : read_whole(n)))
		closing.end = ATTEMPT_GARBLED;
	buf_add(out, n->pending.data, n->pending.len);
	if (!buf_ok(out))
		closing.end = ATTEMPT_GARBLED;
	closing.outcome = outcome_of(n);
	return closing;
}

static void
restart(void *ctx)
{
	struct native *n = ctx;
	events_restart(&n->events);
	gemini_reader_clear(&n->reader);
	gemini_reader_init(&n->reader, ignore_delta, n);
	buf_reset(&n->pending);
	pipe_headers_clear(&n->down);
}

/* An event that is an error, in the form of the stream. */
static bool
fail(void *ctx, const struct api_error *error, struct buf *out)
{
	struct native *n = ctx;
	if (!n->kind->streams)
		return false;
	buf_str(out, n->sse ? "data: " : n->sent_event ? ",\r\n" : "[");
	api_error_write(error, DIALECT_GOOGLE, out);
	buf_str(out, n->sse ? "\r\n\r\n" : "]");
	return true;
}

static const struct usage *
usage(void *ctx)
{
	struct native *n = ctx;
	return &n->reader.usage;
}

/* An answer that is to be gone on with is bound to its project. */
static struct json_object *
remember(void *ctx, bool answered)
{
	struct native *n = ctx;
	if (answered && n->remember == NULL)
		n->remember =
		    resources_continuation(n->service, n->reader.continuation);
	return n->remember;
}

void
native_run(struct native *n)
{
	const struct relay_task task = {
	    .ctx = n,
	    .dialect = DIALECT_GOOGLE,
	    .streamed = n->kind->streams,
	    .file_route = n->names.list != NULL,
	    .leased = leased,
	    .admit = native_admit,
	    .header = header,
	    .head = head,
	    .feed = feed,
	    .close = close_answer,
	    .restart = restart,
	    .fail = fail,
	    .usage = usage,
	    .remember = remember,
	};
	size_t max =
	    settings_bytes(n->service->settings, SETTING_ID_MAX_ANSWER_MB);
	n->live.path = buf_cstr(&n->path);
	n->live.content_type = n->type;
	pipe_headers_take(&n->up, n->service->call);
	n->live.headers = n->up.of;
	n->live.n_headers = n->up.n;
	n->live.tokens = token_estimate(n->body.data, n->body.len);
	if (n->kind->embeds)
		n->live.weight = native_body_requests(&n->body);
	n->live.resources = n->names.list;
	buf_init(&n->pending, max);
	events_init(&n->events, max, on_event, n);
	gemini_reader_init(&n->reader, ignore_delta, n);
	live_run(&n->live, &task, !n->kind->streams);
	gemini_reader_clear(&n->reader);
	events_clear(&n->events);
	buf_clear(&n->pending);
	pipe_headers_clear(&n->down);
}
