/* POST /v1/chat/completions: OpenAI's chat over Gemini's stream. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "gateway/body.h"
#include "gateway/endpoint.h"
#include "gateway/events.h"
#include "gateway/live.h"
#include "gateway/service.h"
#include "protocol/chat_answer.h"
#include "protocol/chat_request.h"
#include "web/call.h"

#define ROUTE "openai.chat"

/* Larger bodies are not kept: their token, and with it the version of the
 * settings, was checked before they were read. */
#define KEEP_BODY ((size_t)1024 * 1024)

struct chat {
	struct service *service;
	struct live live;
	struct buf body;     /* the client's, while it may be needed again */
	struct buf path;     /* upstream */
	struct buf upstream; /* the body for Gemini */
	size_t upstream_len; /* … without the token of a further hop */
	int64_t max_tokens;  /* the client's limit, 0: none */
	struct chat_request request;
	struct chat_answer *answer;
	struct events events;
	struct buf *out; /* of the feed that runs */
};

/* --- the task ------------------------------------------------------------ */

static void
head(void *ctx, const char *content_type)
{
	/* The form is seen in the bytes. */
	(void)ctx;
	(void)content_type;
}

static bool
on_event(void *ctx, struct json_object *event)
{
	struct chat *chat = ctx;
	return chat_answer_feed(chat->answer, event, chat->out);
}

static enum feed
feed(void *ctx, const char *bytes, size_t len, struct buf *out,
    struct buf *refusal)
{
	struct chat *chat = ctx;
	chat->out = out;
	enum feed result = events_feed(&chat->events, bytes, len, refusal);
	if (!buf_ok(out))
		return FEED_GARBLED;
	return result == FEED_HOLD && out->len > 0 ? FEED_SHOW : result;
}

/* The account's word for how the first choice ended. */
static enum outcome
outcome_of(const struct gemini_reader *reader)
{
	switch (reader->choices[0].finish) {
	case FINISH_LENGTH:
		return OUTCOME_LENGTH;
	case FINISH_FILTER:
		return OUTCOME_BLOCKED;
	default:
		return OUTCOME_COMPLETE;
	}
}

/*
 * A long answer of Gemini 4 comes in hops (contract 2.7): ask for the next
 * one, with the same body and the token, if the client's limit allows.
 */
static bool
go_on(struct chat *chat, struct gemini_reader *reader)
{
	const struct usage *u = &reader->usage;
	if (chat->max_tokens > 0 && u->answer + u->thought >= chat->max_tokens)
		return false;
	char *token = gemini_reader_take_continuation(reader);
	if (token == NULL)
		return false;

	/* The body is an object: the token goes before its last brace. */
	chat->upstream.len = chat->upstream_len - 1;
	buf_str(&chat->upstream, ",\"continuationToken\":");
	json_write_text(&chat->upstream, token, strlen(token));
	buf_byte(&chat->upstream, '}');
	chat->live.body = buf_cstr(&chat->upstream);
	chat->live.body_len = chat->upstream.len;
	events_restart(&chat->events);
	free(token);
	return buf_ok(&chat->upstream);
}

static struct closing
close_answer(void *ctx, struct buf *out)
{
	struct chat *chat = ctx;
	struct gemini_reader *reader = chat_answer_reader(chat->answer);
	struct buf refusal;
	struct closing closing = {.end = ATTEMPT_CUT};

	buf_init(&refusal, BUF_SMALL);
	chat->out = out;
	enum feed last = events_end(&chat->events, &refusal);
	buf_clear(&refusal);
	if (last != FEED_HOLD) {
		closing.end = ATTEMPT_GARBLED;
		return closing;
	}

	switch (gemini_reader_state(reader, true)) {
	case ANSWER_COMPLETE:
		closing.end = ATTEMPT_ANSWERED;
		closing.again = go_on(chat, reader);
		if (closing.again)
			return closing;
		closing.outcome = outcome_of(reader);
		break;
	case ANSWER_BLOCKED:
		closing.end = ATTEMPT_BLOCKED;
		closing.outcome = OUTCOME_BLOCKED;
		break;
	case ANSWER_EMPTY:
	case ANSWER_RETRY:
		closing.end = ATTEMPT_EMPTY;
		closing.reason = reader->choices[0].reason;
		return closing;
	case ANSWER_OPEN:
	case ANSWER_TRUNCATED:
		return closing;
	}
	chat_answer_finish(chat->answer, out);
	if (!buf_ok(out))
		closing.end = ATTEMPT_GARBLED;
	return closing;
}

static void
restart(void *ctx)
{
	struct chat *chat = ctx;
	events_restart(&chat->events);
	chat_answer_restart(chat->answer);
	if (chat->upstream.len > chat->upstream_len) {
		chat->upstream.len = chat->upstream_len - 1;
		buf_byte(&chat->upstream, '}');
		chat->live.body_len = chat->upstream.len;
	}
}

static bool
fail(void *ctx, const struct api_error *error, struct buf *out)
{
	(void)ctx;
	chat_answer_fail(error, out);
	return true;
}

static const struct usage *
usage(void *ctx)
{
	struct chat *chat = ctx;
	return &chat_answer_reader(chat->answer)->usage;
}

/* --- the request --------------------------------------------------------- */

/* Translate the client's body by the settings in force. */
static bool
translate(struct chat *chat, struct api_error *error)
{
	const struct settings *set = chat->service->settings;
	const struct chat_policy policy = {
	    .show_thoughts =
		settings_int(set, SETTING_ID_SHOW_THINKING_PROCESS) != 0,
	    .safety = settings_json(set, SETTING_ID_SAFETY_SETTINGS),
	};
	if (!chat_request_read(&chat->request, chat->body.data, chat->body.len,
		&policy, error))
		return false;

	buf_reset(&chat->path);
	buf_fmt(&chat->path, "/models/%s:streamGenerateContent?alt=sse",
	    chat->request.model);
	buf_reset(&chat->upstream);
	json_write(&chat->upstream, chat->request.gemini);
	chat->upstream_len = chat->upstream.len;
	chat->max_tokens =
	    json_get_int(json_get(chat->request.gemini, "generationConfig"),
		"maxOutputTokens", 0);
	json_object_put(chat->request.gemini);
	chat->request.gemini = NULL;
	if (!buf_ok(&chat->upstream))
		return api_error_set(error, FAULT_INTERNAL, NULL,
		    "The request could not be put into Gemini's form.");

	chat->live.model = chat->request.model;
	chat->live.path = buf_cstr(&chat->path);
	chat->live.body = buf_cstr(&chat->upstream);
	chat->live.body_len = chat->upstream.len;
	chat->live.adjusted = buf_cstr(&chat->request.adjusted);
	return true;
}

/* The settings have changed since the translation: do it again. */
static void
settings_changed(void *ctx)
{
	struct chat *chat = ctx;
	struct api_error error = {0};
	if (chat->body.len == 0)
		return;
	char *model = chat->request.model;
	char *asked = chat->request.asked_model;
	chat->request.model = chat->request.asked_model = NULL;
	chat_request_clear(&chat->request);
	/* It was legal a moment ago and no setting can change that. */
	if (!translate(chat, &error))
		abort();
	chat->live.facts.model = chat->request.model;
	free(model);
	free(asked);
	api_error_clear(&error);
}

static void
run(struct chat *chat)
{
	const struct relay_task task = {
	    .ctx = chat,
	    .heartbeats = chat->request.stream,
	    .streamed = chat->request.stream,
	    .head = head,
	    .feed = feed,
	    .close = close_answer,
	    .restart = restart,
	    .fail = fail,
	    .usage = usage,
	};
	struct chat_stamp stamp = {
	    .created_s = chat->service->wall_started_ms / 1000};
	struct buf id;
	buf_init(&id, sizeof(stamp.id) - 1);
	crypt_random_text(&id, "chatcmpl-", 24);
	memcpy(stamp.id, buf_cstr(&id), id.len + 1);
	buf_clear(&id);
	crypt_random((uint8_t *)&stamp.seed, sizeof(stamp.seed));

	chat->live.content_type = chat->request.stream
	    ? "text/event-stream; charset=utf-8"
	    : "application/json; charset=utf-8";
	if (chat->body.len > KEEP_BODY)
		buf_clear(&chat->body);
	chat->answer = chat_answer_new(&chat->request, &stamp);
	if (chat->answer == NULL)
		abort(); /* no memory for a few hundred bytes */
	events_init(&chat->events,
	    (size_t)settings_int(
		chat->service->settings, SETTING_ID_MAX_ANSWER_MB) *
		1024 * 1024,
	    on_event, chat);
	live_run(&chat->live, &task, false);
	events_clear(&chat->events);
	chat_answer_free(chat->answer);
}

static void
serve(struct service *s, const struct route_match *match)
{
	struct chat chat = {
	    .service = s,
	    .live = {.service = s,
		.dialect = DIALECT_OPENAI,
		.route = ROUTE,
		.method = "POST",
		.settings_changed = settings_changed},
	};
	struct api_error error = {0};
	int64_t token_id;
	(void)match;
	buf_init(&chat.body, BUF_SMALL);
	buf_init(&chat.path, BUF_SMALL);
	buf_init(&chat.upstream, BUF_LARGE);

	if (body_take(s, chat.live.token, &token_id, &chat.body, &error) &&
	    translate(&chat, &error))
		run(&chat);
	else
		body_refuse(s, ROUTE,
		    chat.request.model ? chat.request.model : "-",
		    chat.live.token, token_id, DIALECT_OPENAI, &error);

	chat_request_clear(&chat.request);
	api_error_clear(&error);
	buf_clear(&chat.body);
	buf_clear(&chat.path);
	buf_clear(&chat.upstream);
}

const struct endpoint endpoint_chat = {DIALECT_OPENAI, serve};
