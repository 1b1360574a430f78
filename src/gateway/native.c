/*
 * Gemini's own API: bytes are piped, a copy is read for usage and errors.
 *
 * What is streamed goes out event by event, so that an error can still be
 * put in where an event broke off; what comes as one body is held, up to a
 * ceiling, so that a broken one can still go to another key.
 */
#include "gateway/native.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "gateway/access.h"
#include "gateway/body.h"
#include "gateway/events.h"
#include "gateway/live.h"
#include "gateway/native_path.h"
#include "gateway/pipe_headers.h"
#include "gateway/resources.h"
#include "gateway/service.h"
#include "protocol/embed_answer.h"
#include "protocol/gemini_reader.h"
#include "protocol/model_name.h"
#include "protocol/native_body.h"
#include "protocol/resource_name.h"
#include "protocol/token_estimate.h"
#include "web/call.h"
#include "web/query.h"
#include "web/route.h"

#define MB ((size_t)1024 * 1024)

struct native {
	struct service *service;
	const struct native_kind *kind;
	const char *model; /* Gemini's name */
	struct live live;
	struct buf body, path;
	struct pipe_headers up, down; /* fields that pass */
	char type[128];               /* Content-Type of the answer */
	struct buf pending; /* bytes of an event that is not complete */
	struct events events;
	struct gemini_reader reader;
	struct resource_names names;  /* of what projects hold */
	struct json_object *remember; /* for later requests, or NULL */
	bool dressed;                 /* the body is as Gemini gets it */
	bool sent_event;              /* an event has gone out */
	bool sse;
};

/* --- the task ------------------------------------------------------------ */

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

/* --- the request --------------------------------------------------------- */

static bool
no_model(struct api_error *error)
{
	return api_error_set(error, FAULT_MODEL_NOT_FOUND, NULL,
	    "There is no model of that name.");
}

/* By the settings that came with the lease. */
static bool
admit(void *ctx, struct api_error *error)
{
	const struct native *n = ctx;
	const struct settings *set = n->service->settings;
	return (!settings_has(set, SETTING_ID_FILTERED_MODELS, n->model) &&
		   !settings_has(
		       set, SETTING_ID_FILTERED_MODELS, n->live.model)) ||
	    no_model(error);
}

static void
run(struct native *n)
{
	const struct relay_task task = {
	    .ctx = n,
	    .dialect = DIALECT_GOOGLE,
	    .streamed = n->kind->streams,
	    .file_route = n->names.list != NULL,
	    .leased = leased,
	    .admit = admit,
	    .header = header,
	    .head = head,
	    .feed = feed,
	    .close = close_answer,
	    .restart = restart,
	    .fail = fail,
	    .usage = usage,
	    .remember = remember,
	};
	size_t max = (size_t)settings_int(
			 n->service->settings, SETTING_ID_MAX_ANSWER_MB) *
	    MB;
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

/* The path for Gemini; no credential of the client's is in it. */
static void
write_path(struct native *n)
{
	struct buf query, alt;
	buf_init(&query, BUF_SMALL);
	buf_init(&alt, BUF_SMALL);
	query_without(web_query(n->service->call), access_parameters,
	    access_n_parameters, &query);
	n->sse = query_get(buf_cstr(&query), "alt", &alt) &&
	    strcmp(buf_cstr(&alt), "sse") == 0;

	buf_fmt(&n->path, "/models/%s%s", n->model, n->kind->action);
	if (query.len > 0)
		buf_fmt(&n->path, "?%s", buf_cstr(&query));
	buf_clear(&query);
	buf_clear(&alt);
}

static bool
take(struct native *n, const char *name, int64_t *token_id,
    struct api_error *error)
{
	bool post = strcmp(n->kind->method, "POST") == 0;
	*token_id = 0;
	bool ok = post
	    ? body_take(n->service, n->live.token, token_id, &n->body, error)
	    : access_take(n->service, n->live.token, error);
	return ok && (name != NULL || no_model(error)) &&
	    resources_scan(
		n->service, n->body.data, n->body.len, &n->names, error);
}

/* Which model the path names, and in which pool; NULL if none. */
static char *
read_name(struct native *n, const struct buf *text)
{
	const char *pool;
	if (strlen(buf_cstr(text)) != text->len)
		return NULL;
	n->model = model_name_split(buf_cstr(text), &pool);
	if (n->model == NULL)
		return NULL;
	/* What a model is, Gemini tells every key; Vertex tells none. */
	if (*n->kind->action != '\0')
		n->live.pool = n->kind->pool != NULL ? n->kind->pool : pool;
	n->live.pool_model = n->model;
	return model_name_in_pool(n->model, n->live.pool);
}

void
native_serve(struct service *s, const struct route_match *match,
    const struct native_kind *kind)
{
	struct native n = {
	    .service = s,
	    .kind = kind,
	    .type = "application/json; charset=UTF-8",
	    .live = {.service = s,
		.dialect = DIALECT_GOOGLE,
		.route = kind->route,
		.method = kind->method,
		.version = native_version(match->route->pattern)},
	};
	struct api_error error = {0};
	int64_t token_id;
	struct buf text;
	buf_init(&text, BUF_SMALL);
	route_match_join(match, &text);
	char *name = read_name(&n, &text);
	n.live.model = name == NULL ? "-" : name;
	buf_init(&n.body, BUF_SMALL);
	buf_init(&n.path, BUF_SMALL);

	if (take(&n, name, &token_id, &error)) {
		write_path(&n);
		run(&n);
	} else {
		body_refuse(s, kind->route, n.live.model, n.live.token,
		    token_id, DIALECT_GOOGLE, &error);
	}
	free(name);
	buf_clear(&text);
	api_error_clear(&error);
	resource_names_clear(&n.names);
	json_object_put(n.remember);
	buf_clear(&n.body);
	buf_clear(&n.path);
}
