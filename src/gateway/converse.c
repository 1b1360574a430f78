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
#include "gateway/streaming.h"
#include "protocol/fake_stream.h"
#include "protocol/pacer.h"
#include "protocol/repair.h"
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
	struct json_object *learned; /* what it was refused for, or NULL */
	bool bypass;                 /* … the signatures of its history */
	struct json_object *memory;  /* for later requests, or NULL */
	struct api_error refusal;    /* by settings that have changed */
	void *answer;                /* of the form's kind */
	struct events events;
	struct buf *out; /* of the feed that runs */
	struct pacer pacer;
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

/* What is fed from now on is written to out. */
static void
begin_output(struct converse *c, struct buf *out)
{
	c->out = out;
	pacer_begin(&c->pacer, out);
}

static enum feed
feed(void *ctx, const char *bytes, size_t len, struct buf *out,
    struct buf *refusal)
{
	struct converse *c = ctx;
	begin_output(c, out);
	enum feed result = events_feed(&c->events, bytes, len, refusal);
	if (!buf_ok(out))
		result = FEED_GARBLED;
	if (!c->live.fake_stream)
		return result == FEED_HOLD && out->len > 0 ? FEED_SHOW : result;

	/* All of it or nothing: while nothing was shown, another key may try
	 * after a failure. */
	if (result != FEED_HOLD)
		buf_reset(out);
	return result;
}

static size_t
marks(void *ctx, const struct pace_mark **list)
{
	struct converse *c = ctx;
	*list = c->pacer.marks;
	return c->pacer.n;
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
	begin_output(c, out);
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
		closing.reason = reader->block_reason;
		closing.as_error = settings_int(c->service->settings,
				       SETTING_ID_BLOCKED_PROMPT_AS_ERROR) != 0;
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
	pacer_restart(&c->pacer);
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
policy_of(const struct converse *c)
{
	const struct settings *set = c->service->settings;
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
	    .models = c->service->model_names,
	    .quirks = c->service->quirks,
	    .learned = c->learned,
	};
}

/* An attempt begins, with that key: put the bytes in order. */
static void
leased(void *ctx, const struct lease *lease)
{
	struct converse *c = ctx;
	(void)lease;
	if (c->request.stream && !c->live.fake_stream)
		streaming_pace(c->service->settings, &c->pacer,
		    c->form->reader(c->answer));
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
	const struct chat_policy policy = policy_of(c);
	struct chat_request fresh;
	if (!c->form->read(&fresh, c->body, &policy, error)) {
		chat_request_clear(&fresh);
		return false;
	}
	chat_signatures_apply(&fresh, NULL, "");
	chat_request_clear(&c->request);
	c->request = fresh;
	c->written = false;

	c->live.fake_stream = fake_stream_wanted(&c->request, &policy);
	buf_reset(&c->path);
	buf_fmt(&c->path, "/models/%s:%s", c->request.model,
	    c->live.fake_stream ? "generateContent"
				: "streamGenerateContent?alt=sse");
	c->max_tokens =
	    json_get_int(json_get(c->request.gemini, "generationConfig"),
		"maxOutputTokens", 0);
	c->live.model = c->live.facts.model = c->request.model;
	c->live.path = buf_cstr(&c->path);
	c->live.adjusted = buf_cstr(&c->request.adjusted);
	return true;
}

static size_t
largest_event(const struct converse *c)
{
	return (size_t)settings_int(
		   c->service->settings, SETTING_ID_MAX_ANSWER_MB) *
	    1024 * 1024;
}

/* The settings have changed since the translation: do it again. */
static void
settings_changed(void *ctx)
{
	struct converse *c = ctx;
	(void)translate(c, &c->refusal);
	c->events.max = largest_event(c);
	events_restart(&c->events);
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

/* Was this the matter of an earlier refusal? */
static bool
has_learned(const struct converse *c, const char *quirk)
{
	for (size_t i = 0; i < json_count(c->learned); i++)
		if (strcmp(json_object_get_string(json_at(c->learned, i)),
			quirk) == 0)
			return true;
	return false;
}

/* Translate without what the model does not take. */
static bool
learn(struct converse *c, const char *quirk)
{
	struct api_error error = {0};
	if (has_learned(c, quirk))
		return false;
	if (c->learned == NULL)
		c->learned = json_object_new_array();
	json_object_array_add(c->learned, json_object_new_string(quirk));
	bool ok = translate(c, &error);
	api_error_clear(&error);
	return ok;
}

/* Gemini has refused the request (contract 1.9): mend what can be mended,
 * each fault once. */
static bool
repair(void *ctx, const char *message)
{
	struct converse *c = ctx;
	struct buf quirk;
	bool mended = false;
	buf_init(&quirk, BUF_SMALL);
	switch (repair_find(message, &quirk)) {
	case REPAIR_NONE:
		break;
	case REPAIR_MODEL:
	case REPAIR_REQUEST:
		mended = learn(c, buf_cstr(&quirk));
		break;
	case REPAIR_CONVERSATION:
		mended = !c->bypass;
		c->bypass = true;
		c->written = false;
		break;
	}
	buf_clear(&quirk);
	return mended;
}

/* The quirks of the model that this request found, once it was served. */
static struct json_object *
remember(void *ctx, bool answered)
{
	struct converse *c = ctx;
	json_object_put(c->memory);
	c->memory = NULL;
	if (!answered || c->learned == NULL)
		return NULL;
	c->memory = json_object_new_object();
	json_share(c->memory, "quirks", c->learned);
	return c->memory;
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
	    .repair = repair,
	    .remember = remember,
	    .head = head,
	    .feed = feed,
	    .close = close_answer,
	    .marks = marks,
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
	events_init(&c->events, largest_event(c), on_event, c);
	live_run(&c->live, &task, false);
	events_clear(&c->events);
	c->form->free(c->answer);
	pacer_clear(&c->pacer);
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
		.prompt_field = form->prompt_field,
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
	json_object_put(c.learned);
	json_object_put(c.memory);
	buf_clear(&c.path);
	buf_clear(&c.upstream);
}
