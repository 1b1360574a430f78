/* A conversation: translate, relay, understand the answer. */
#include "gateway/converse.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "gateway/access.h"
#include "gateway/body.h"
#include "gateway/events.h"
#include "gateway/live.h"
#include "gateway/service.h"
#include "web/call.h"

struct converse {
	struct service *service;
	const struct converse_form *form;
	struct live live;
	struct json_object *body; /* the client's */
	struct buf path;          /* upstream */
	struct buf upstream;      /* the body for Gemini */
	size_t upstream_len;      /* … without the token of a further hop */
	bool written;             /* … of the request as it stands */
	int64_t max_tokens;       /* the client's limit, 0: none */
	struct chat_request request;
	struct api_error refusal; /* by settings that have changed */
	void *answer;             /* of the form's kind */
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
	struct converse *c = ctx;
	return c->form->feed(c->answer, event, c->out);
}

static enum feed
feed(void *ctx, const char *bytes, size_t len, struct buf *out,
    struct buf *refusal)
{
	struct converse *c = ctx;
	c->out = out;
	enum feed result = events_feed(&c->events, bytes, len, refusal);
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
go_on(struct converse *c, struct gemini_reader *reader)
{
	const struct usage *u = &reader->usage;
	if (c->max_tokens > 0 && u->answer + u->thought >= c->max_tokens)
		return false;
	char *token = gemini_reader_take_continuation(reader);
	if (token == NULL)
		return false;

	/* The body is an object: the token goes before its last brace. */
	c->upstream.len = c->upstream_len - 1;
	buf_str(&c->upstream, ",\"continuationToken\":");
	json_write_text(&c->upstream, token, strlen(token));
	buf_byte(&c->upstream, '}');
	c->live.body = buf_cstr(&c->upstream);
	c->live.body_len = c->upstream.len;
	events_restart(&c->events);
	free(token);
	return buf_ok(&c->upstream);
}

static struct closing
close_answer(void *ctx, struct buf *out)
{
	struct converse *c = ctx;
	struct gemini_reader *reader = c->form->reader(c->answer);
	struct buf refusal;
	struct closing closing = {.end = ATTEMPT_CUT};

	buf_init(&refusal, BUF_SMALL);
	c->out = out;
	enum feed last = events_end(&c->events, &refusal);
	buf_clear(&refusal);
	if (last != FEED_HOLD) {
		closing.end = ATTEMPT_GARBLED;
		return closing;
	}

	switch (gemini_reader_state(reader, true)) {
	case ANSWER_COMPLETE:
		closing.end = ATTEMPT_ANSWERED;
		closing.again = go_on(c, reader);
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
	c->form->finish(c->answer, out);
	if (!buf_ok(out))
		closing.end = ATTEMPT_GARBLED;
	return closing;
}

static void
restart(void *ctx)
{
	struct converse *c = ctx;
	events_restart(&c->events);
	c->form->restart(c->answer);
}

static bool
fail(void *ctx, const struct api_error *error, struct buf *out)
{
	struct converse *c = ctx;
	c->form->fail(c->answer, error, out);
	return true;
}

static const struct usage *
usage(void *ctx)
{
	struct converse *c = ctx;
	return &c->form->reader(c->answer)->usage;
}

/* --- the request --------------------------------------------------------- */

/* What the settings in force have to say. */
static struct chat_policy
policy_of(const struct service *s)
{
	const struct settings *set = s->settings;
	return (struct chat_policy){
	    .show_thoughts =
		settings_int(set, SETTING_ID_SHOW_THINKING_PROCESS) != 0,
	    .thoughts_as_tags =
		settings_int(set, SETTING_ID_THOUGHTS_AS_TAGS) != 0,
	    .search_links = settings_int(set, SETTING_ID_SHOW_SEARCH_LINK) != 0,
	    .markdown_images =
		settings_int(set, SETTING_ID_IMAGES_AS_MARKDOWN) != 0,
	    .url_context =
		settings_int(set, SETTING_ID_URL_CONTEXT_ENABLED) != 0,
	    .code_execution =
		settings_int(set, SETTING_ID_TOOLS_CODE_EXECUTION_ENABLED) != 0,
	    .named_built_ins =
		settings_int(set, SETTING_ID_BUILT_IN_TOOLS_BY_NAME) != 0,
	    .fill_missing_results =
		settings_int(set, SETTING_ID_FILL_MISSING_RESULTS) != 0,
	    .drop_prefill =
		strcmp(settings_text(set, SETTING_ID_TRAILING_ASSISTANT),
		    "drop") == 0,
	    .fake_stream =
		settings_int(set, SETTING_ID_FAKE_STREAM_ENABLED) != 0,
	    .private_urls =
		settings_int(set, SETTING_ID_ALLOW_PRIVATE_URLS) != 0,
	    .safety = settings_json(set, SETTING_ID_SAFETY_SETTINGS),
	    .filtered_models = settings_json(set, SETTING_ID_FILTERED_MODELS),
	    .search_models = settings_json(set, SETTING_ID_SEARCH_MODELS),
	    .image_models = settings_json(set, SETTING_ID_IMAGE_MODELS),
	    .thinking_models = settings_json(set, SETTING_ID_THINKING_MODELS),
	    .url_context_models =
		settings_json(set, SETTING_ID_URL_CONTEXT_MODELS),
	    .fake_stream_models =
		settings_json(set, SETTING_ID_FAKE_STREAM_MODELS),
	    .thinking_budgets =
		settings_json(set, SETTING_ID_THINKING_BUDGET_MAP),
	    .models = s->model_names,
	    .quirks = s->quirks,
	};
}

/* An attempt begins, with that key: put the bytes in order. */
static void
leased(void *ctx, const struct lease *lease)
{
	struct converse *c = ctx;
	(void)lease;
	if (!c->written) {
		buf_reset(&c->upstream);
		json_write(&c->upstream, c->request.gemini);
		c->upstream_len = c->upstream.len;
	}
	c->written = true;
	if (c->upstream.len > c->upstream_len) { /* a further hop's token */
		c->upstream.len = c->upstream_len - 1;
		buf_byte(&c->upstream, '}');
	}
	c->live.body = buf_cstr(&c->upstream);
	c->live.body_len = c->upstream.len;
}

/* Translate the client's body by the settings in force. False, and nothing
 * is changed but *error, if it is refused. */
static bool
translate(struct converse *c, struct api_error *error)
{
	const struct chat_policy policy = policy_of(c->service);
	struct chat_request fresh;
	if (!c->form->read(&fresh, c->body, &policy, error)) {
		chat_request_clear(&fresh);
		return false;
	}
	chat_signatures_apply(&fresh, NULL, "");
	chat_request_clear(&c->request);
	c->request = fresh;
	c->written = false;

	buf_reset(&c->path);
	buf_fmt(&c->path, "/models/%s:streamGenerateContent?alt=sse",
	    c->request.model);
	c->max_tokens =
	    json_get_int(json_get(c->request.gemini, "generationConfig"),
		"maxOutputTokens", 0);
	c->live.model = c->live.facts.model = c->request.model;
	c->live.path = buf_cstr(&c->path);
	c->live.adjusted = buf_cstr(&c->request.adjusted);
	return true;
}

/* The settings have changed since the translation: do it again. */
static void
settings_changed(void *ctx)
{
	struct converse *c = ctx;
	(void)translate(c, &c->refusal);
}

/* What was legal a moment ago may be so no more. */
static bool
admit(void *ctx, struct api_error *error)
{
	struct converse *c = ctx;
	*error = c->refusal;
	c->refusal = (struct api_error){0};
	return error->fault == FAULT_NONE;
}

static struct chat_stamp
make_stamp(const struct converse *c)
{
	struct chat_stamp stamp = {
	    .created_s = c->service->wall_started_ms / 1000};
	struct buf id;
	buf_init(&id, sizeof(stamp.id) - 1);
	crypt_random_text(&id, c->form->id_prefix, 24);
	memcpy(stamp.id, buf_cstr(&id), id.len + 1);
	buf_clear(&id);
	crypt_random((uint8_t *)&stamp.seed, sizeof(stamp.seed));
	return stamp;
}

static void
run(struct converse *c)
{
	const struct relay_task task = {
	    .ctx = c,
	    .heartbeats = c->request.stream,
	    .streamed = c->request.stream,
	    .admit = admit,
	    .leased = leased,
	    .head = head,
	    .feed = feed,
	    .close = close_answer,
	    .restart = restart,
	    .fail = fail,
	    .usage = usage,
	};
	const struct chat_stamp stamp = make_stamp(c);

	c->live.content_type = c->request.stream
	    ? "text/event-stream; charset=utf-8"
	    : "application/json; charset=utf-8";
	c->answer = c->form->make(&c->request, &stamp);
	if (c->answer == NULL)
		abort(); /* no memory for a few hundred bytes */
	events_init(&c->events,
	    (size_t)settings_int(
		c->service->settings, SETTING_ID_MAX_ANSWER_MB) *
		1024 * 1024,
	    on_event, c);
	live_run(&c->live, &task, false);
	events_clear(&c->events);
	c->form->free(c->answer);
}

/* What is refused by our settings may be legal by those in force: ask for
 * them, and whether there is a client at all. */
static bool
translate_again(struct converse *c, int64_t *token_id, struct api_error *error)
{
	struct service *s = c->service;
	int64_t version = settings_version(s->settings);
	struct api_error other = {0};
	if (*token_id == 0 &&
	    !access_check(s, c->live.token, token_id, NULL, &other)) {
		api_error_clear(error);
		*error = other;
		return false;
	}
	if (settings_version(s->settings) == version)
		return false;
	api_error_clear(error);
	return translate(c, error);
}

/* Take the client's body in, and parse it. */
static bool
take_body(struct converse *c, int64_t *token_id, struct api_error *error)
{
	struct buf body;
	buf_init(&body, BUF_SMALL);
	if (body_take(c->service, c->live.token, token_id, &body, error))
		c->body = chat_body_parse(body.data, body.len, error);
	buf_clear(&body);
	return c->body != NULL;
}

void
converse_serve(struct service *s, const struct converse_form *form)
{
	struct converse c = {
	    .service = s,
	    .form = form,
	    .live = {.service = s,
		.dialect = DIALECT_OPENAI,
		.route = form->route,
		.method = "POST",
		.settings_changed = settings_changed},
	};
	struct api_error error = {0};
	int64_t token_id;
	buf_init(&c.path, BUF_SMALL);
	buf_init(&c.upstream, BUF_LARGE);

	if (take_body(&c, &token_id, &error) &&
	    (translate(&c, &error) || translate_again(&c, &token_id, &error)))
		run(&c);
	else
		body_refuse(s, form->route,
		    c.request.model ? c.request.model : "-", c.live.token,
		    token_id, DIALECT_OPENAI, &error);

	chat_request_clear(&c.request);
	api_error_clear(&c.refusal);
	api_error_clear(&error);
	json_object_put(c.body);
	buf_clear(&c.path);
	buf_clear(&c.upstream);
}
