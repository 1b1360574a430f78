/*
 * POST /v1/embeddings: OpenAI's embeddings over Gemini's. More inputs than
 * Gemini takes at once are sent in parts, one after another, each with the
 * next key: Google counts every input against a key's quota of the minute. A
 * part that fails is sent again by itself.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "gateway/body.h"
#include "gateway/endpoint.h"
#include "gateway/live.h"
#include "gateway/service.h"
#include "protocol/chat_request.h"
#include "protocol/embed_answer.h"
#include "protocol/embed_request.h"

/* Numbers of a vector where nobody has said how many. */
#define USUAL_SIZE 3072

struct embeddings {
	struct service *service;
	struct live live;
	struct json_object *body; /* the client's */
	int64_t token_id;
	struct embed_request request;
	struct api_error refusal; /* by settings that have changed */
	size_t first, n;          /* inputs of the part that is asked for */
	int64_t tokens_before;    /* … that Gemini counted before it */
	struct buf path, upstream;
	struct buf pending; /* Gemini's answer to it */
	struct embed_answer answer;
	struct usage usage;
};

static size_t
largest(const struct embeddings *e)
{
	return settings_bytes(e->service->settings, SETTING_ID_MAX_ANSWER_MB);
}

/* --- the parts ----------------------------------------------------------- */

/* What the next lease is for. */
static void
begin_part(struct embeddings *e, size_t first)
{
	e->first = first;
	e->tokens_before = e->answer.tokens;
	e->n = embed_request_part(&e->request, first);
	e->live.tokens = embed_request_tokens(&e->request, first, e->n);
	e->live.weight = (int)e->n;
}

static void
leased(void *ctx, const struct lease *lease)
{
	struct embeddings *e = ctx;
	(void)lease;
	buf_reset(&e->path);
	buf_reset(&e->upstream);
	embed_request_path(&e->request, e->n, &e->path);
	embed_request_write(&e->request, e->first, e->n, &e->upstream);
	e->live.path = buf_cstr(&e->path);
	e->live.body = buf_cstr(&e->upstream);
	e->live.body_len = e->upstream.len;
}

static enum feed
feed(void *ctx, int lane, const char *bytes, size_t len, struct buf *out,
    struct buf *refusal)
{
	struct embeddings *e = ctx;
	(void)lane, (void)out, (void)refusal;
	buf_add(&e->pending, bytes, len);
	return buf_ok(&e->pending) ? FEED_HOLD : FEED_GARBLED;
}

/* What the parts that are answered took, whatever becomes of the others.
 * Gemini may count; else a token is four bytes. */
static void
count(struct embeddings *e)
{
	e->usage.prompt = e->answer.tokens > 0
	    ? e->answer.tokens
	    : embed_request_tokens(&e->request, 0, e->first + e->n);
}

static struct closing
close_answer(void *ctx, int lane, bool last, struct buf *out)
{
	struct embeddings *e = ctx;
	struct closing closing = {.end = ATTEMPT_GARBLED};
	(void)lane, (void)last;
	if (!embed_answer_take(
		&e->answer, buf_cstr(&e->pending), e->pending.len, e->n))
		return closing;
	buf_reset(&e->pending);
	closing.end = ATTEMPT_ANSWERED;
	closing.outcome = OUTCOME_COMPLETE;
	count(e);
	closing.next = e->first + e->n < e->request.n;
	if (closing.next) {
		begin_part(e, e->first + e->n);
		return closing;
	}
	embed_answer_write(&e->answer, &e->request, e->usage.prompt, out);
	if (!buf_ok(out))
		closing.end = ATTEMPT_GARBLED;
	return closing;
}

static void
restart(void *ctx)
{
	struct embeddings *e = ctx;
	buf_reset(&e->pending);
	embed_answer_keep(&e->answer, e->first, e->tokens_before);
}

static const struct usage *
usage(void *ctx)
{
	struct embeddings *e = ctx;
	return &e->usage;
}

/* --- the request --------------------------------------------------------- */

/* Read the body by the settings in force. */
static bool
translate(struct embeddings *e, struct api_error *error)
{
	const struct service *s = e->service;
	const struct embed_policy policy = {
	    .model = settings_text(s->settings, SETTING_ID_EMBEDDING_MODEL),
	    .filtered_models =
		settings_json(s->settings, SETTING_ID_FILTERED_MODELS),
	    .models = s->model_names,
	};
	embed_request_clear(&e->request);
	if (!embed_request_read(&e->request, e->body, &policy, error))
		return false;
	e->live.model = e->live.facts.model = e->request.pool_model;
	e->live.pool = e->request.pool;
	e->live.pool_model = e->request.model;
	begin_part(e, 0);
	return true;
}

static void
settings_changed(void *ctx)
{
	struct embeddings *e = ctx;
	if (translate(e, &e->refusal))
		e->live.facts.tokens = e->live.tokens;
	e->pending.max = e->answer.numbers.max = largest(e);
}

/* By the settings that came with the lease. An answer that will not fit is
 * not worth the quota. */
static bool
admit(void *ctx, struct api_error *error)
{
	struct embeddings *e = ctx;
	const struct embed_request *req = &e->request;
	*error = e->refusal;
	e->refusal = (struct api_error){0};
	if (error->fault != FAULT_NONE)
		return false;
	size_t size =
	    req->dimensions > 0 ? (size_t)req->dimensions : USUAL_SIZE;
	if (embed_answer_size(req, size) <= largest(e))
		return true;
	return api_error_set_code(error, FAULT_OUT_OF_RANGE,
	    "array_above_max_length", "input",
	    "The embeddings of %zu inputs are more than the gateway's "
	    "MAX_ANSWER_MB: send fewer at once, or use encoding_format "
	    "'base64' or fewer dimensions.",
	    req->n);
}

/* The same inputs have the same vectors, whoever asks. What takes several calls
 * is not kept. */
static bool
cacheable(void *ctx, struct response_key *key)
{
	const struct embeddings *e = ctx;
	return e->refusal.fault == FAULT_NONE &&
	    response_key_add_bodies(key, e->body, e->body);
}

static void
run(struct embeddings *e)
{
	const struct relay_task task = {
	    .ctx = e,
	    .dialect = DIALECT_OPENAI,
	    .admit = admit,
	    .leased = leased,
	    .feed = feed,
	    .close = close_answer,
	    .restart = restart,
	    .usage = usage,
	};
	buf_init(&e->path, BUF_SMALL);
	buf_init(&e->upstream, BUF_LARGE);
	buf_init(&e->pending, largest(e));
	embed_answer_init(&e->answer, largest(e));
	live_run(&e->live, &task, true);
	embed_answer_clear(&e->answer);
	buf_clear(&e->pending);
	buf_clear(&e->upstream);
	buf_clear(&e->path);
}

static bool
take_body(struct embeddings *e, struct api_error *error)
{
	struct buf body;
	buf_init(&body, BUF_SMALL);
	if (body_take(e->service, e->live.token, &e->token_id, &body, error))
		e->body = chat_body_parse(body.data, body.len, error);
	buf_clear(&body);
	return e->body != NULL;
}

static void
serve(struct service *s, const struct route_match *match)
{
	struct embeddings e = {
	    .service = s,
	    .live = {.service = s,
		.dialect = DIALECT_OPENAI,
		.route = "openai.embeddings",
		.method = "POST",
		.content_type = "application/json; charset=utf-8",
		.prompt_field = "input",
		.cacheable = cacheable,
		.settings_changed = settings_changed},
	};
	struct api_error error = {0};
	(void)match;
	if (take_body(&e, &error) &&
	    (translate(&e, &error) ||
		(body_judge_again(s, e.live.token, &e.token_id, &error) &&
		    translate(&e, &error))))
		run(&e);
	else
		body_refuse(s, e.live.route,
		    e.request.pool_model ? e.request.pool_model : "-",
		    e.live.token, e.token_id, DIALECT_OPENAI, &error);
	embed_request_clear(&e.request);
	api_error_clear(&e.refusal);
	api_error_clear(&error);
	json_object_put(e.body);
}

const struct endpoint endpoint_embeddings = {DIALECT_OPENAI, serve};
