/* A conversation: relay, and understand the answer. */
#include "gateway/converse.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "gateway/body.h"
#include "gateway/converse_parts.h"
#include "gateway/recall.h"
#include "gateway/resources.h"
#include "gateway/service.h"
#include "protocol/image_predict.h"
#include "protocol/token_estimate.h"
#include "web/call.h"

/* --- the task ------------------------------------------------------------ */

_Static_assert(GEMINI_MAX_CHOICES <= EXCHANGE_LANES, "a lane for each choice");

/* A lane for each choice, if the model gives one at a time. */
static int
lanes(void *ctx)
{
	const struct converse *c = ctx;
	return c->request.fan ? c->request.n : 1;
}

static bool
on_event(void *ctx, struct json_object *event)
{
	struct converse *c = ctx;
	gemini_reader_lane(c->form->reader(c->answer), c->lane, lanes(c));
	struct json_object *other =
	    c->request.predicts ? image_predict_answer(event) : NULL;
	bool ok =
	    c->form->feed(c->answer, other != NULL ? other : event, c->out);
	json_object_put(other);
	return ok;
}

/* What is fed from now on is the lane's, and written to out, behind what
 * waits there for other lanes. */
static void
begin_output(struct converse *c, int lane, struct buf *out)
{
	c->out = out;
	c->lane = lane;
	if (out->len == 0)
		pacer_begin(&c->pacer, out);
}

static enum feed
feed(void *ctx, int lane, const char *bytes, size_t len, struct buf *out,
    struct buf *refusal)
{
	struct converse *c = ctx;
	size_t before = out->len;
	begin_output(c, lane, out);
	enum feed result = events_feed(&c->events[lane], bytes, len, refusal);
	if (!buf_ok(out))
		result = FEED_GARBLED;
	if (!c->live.fake_stream)
		return result == FEED_HOLD && out->len > before ? FEED_SHOW
								: result;

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
	if (gemini_reader_block(reader, 0) != NULL)
		return OUTCOME_BLOCKED;
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
	events_restart(&c->events[0]);
	free(token);
	return buf_ok(&c->upstream);
}

/* Of several pictures each is drawn by a call of its own, and all are the
 * same answer's: ask for the next one. */
static bool
draw_more(struct converse *c, struct gemini_reader *reader)
{
	if (c->drawn + 1 >= c->request.pictures || !gemini_reader_next(reader))
		return false;
	c->drawn++;
	events_restart(&c->events[0]);
	return true;
}

static struct closing
close_answer(void *ctx, int lane, bool last, struct buf *out)
{
	struct converse *c = ctx;
	struct gemini_reader *reader = c->form->reader(c->answer);
	struct buf refusal;
	struct closing closing = {.end = ATTEMPT_CUT};

	buf_init(&refusal, BUF_SMALL);
	begin_output(c, lane, out);
	gemini_reader_lane(reader, lane, lanes(c));
	enum feed end = events_end(&c->events[lane], &refusal);
	buf_clear(&refusal);
	if (end != FEED_HOLD) {
		closing.end = ATTEMPT_GARBLED;
		return closing;
	}

	switch (gemini_reader_lane_state(reader, lane)) {
	case ANSWER_COMPLETE:
		closing.end = ATTEMPT_ANSWERED;
		closing.again = go_on(c, reader) || draw_more(c, reader);
		if (closing.again)
			return closing;
		break;
	case ANSWER_BLOCKED:
		closing.end = ATTEMPT_BLOCKED;
		break;
	case ANSWER_EMPTY:
	case ANSWER_RETRY:
		closing.end = ATTEMPT_EMPTY;
		closing.reason = reader->choices[lane].reason;
		return closing;
	case ANSWER_OPEN:
	case ANSWER_TRUNCATED:
		return closing;
	}
	closing.outcome = outcome_of(reader);
	if (last && gemini_reader_state(reader, true) == ANSWER_BLOCKED) {
		closing.reason = reader->block_reason;
		closing.as_error = settings_int(c->service->settings,
				       SETTING_ID_BLOCKED_PROMPT_AS_ERROR) != 0;
	}
	if (last) {
		converse_keep_signatures(c);
		c->form->finish(c->answer, out);
	}
	if (!buf_ok(out))
		closing.end = ATTEMPT_GARBLED;
	return closing;
}

static void
restart(void *ctx)
{
	struct converse *c = ctx;
	for (int i = 0; i < GEMINI_MAX_CHOICES; i++)
		events_restart(&c->events[i]);
	pacer_restart(&c->pacer);
	c->drawn = 0;
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
	return &c->form->reader(c->answer)->billed;
}

/* --- the request --------------------------------------------------------- */

static struct chat_stamp
make_stamp(struct converse *c)
{
	struct chat_stamp stamp = {
	    .created_s = c->service->wall_started_ms / 1000};
	struct buf id;
	buf_init(&id, sizeof(stamp.id) - 1);
	crypt_random_text(&id, c->form->id_prefix, 24);
	memcpy(stamp.id, buf_cstr(&id), id.len + 1);
	buf_clear(&id);
	crypt_random((uint8_t *)&stamp.seed, sizeof(stamp.seed));
	stamp.put_picture = converse_put_picture;
	stamp.ctx = c;
	return stamp;
}

static void
run(struct converse *c)
{
	const struct relay_task task = {
	    .ctx = c,
	    .heartbeats = c->request.stream,
	    .streamed = c->request.stream,
	    .file_route = c->names.list != NULL,
	    .lanes = lanes,
	    .admit = converse_admit,
	    .leased = converse_leased,
	    .repair = converse_repair,
	    .remember = converse_remember,
	    .feed = feed,
	    .close = close_answer,
	    .marks = marks,
	    .restart = restart,
	    .fail = fail,
	    .usage = usage,
	};
	const struct chat_stamp stamp = make_stamp(c);

	c->media.closed = true;
	c->live.resources = c->names.list;
	c->wish = recall_wish(c->service, &c->request);
	c->live.recall = c->wish;
	c->live.content_type = c->request.stream
	    ? "text/event-stream; charset=utf-8"
	    : "application/json; charset=utf-8";
	c->answer = c->form->make(&c->request, &stamp);
	if (c->answer == NULL)
		abort(); /* no memory for a few hundred bytes */
	for (int i = 0; i < GEMINI_MAX_CHOICES; i++)
		events_init(
		    &c->events[i], converse_largest_event(c), on_event, c);
	live_run(&c->live, &task, false);
	for (int i = 0; i < GEMINI_MAX_CHOICES; i++)
		events_clear(&c->events[i]);
	c->form->free(c->answer);
	pacer_clear(&c->pacer);
}

/* Take the client's body in, and parse it. */
static bool
take_body(struct converse *c, struct api_error *error)
{
	struct buf body;
	buf_init(&body, BUF_SMALL);
	if (body_take(c->service, c->live.token, &c->token_id, &body, error)) {
		c->body = chat_body_parse(body.data, body.len, error);
		c->live.tokens = token_estimate(body.data, body.len);
	}
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
		.cacheable = converse_cacheable,
		.settings_changed = converse_settings_changed},
	};
	struct api_error error = {0};
	buf_init(&c.path, BUF_SMALL);
	buf_init(&c.upstream, BUF_LARGE);

	if (take_body(&c, &error) &&
	    (converse_translate(&c, &error) ||
		converse_translate_again(&c, &error)) &&
	    resources_walk(c.request.gemini, &c.names, &error))
		run(&c);
	else
		body_refuse(s, form->route,
		    c.request.pool_model ? c.request.pool_model : "-",
		    c.live.token, c.token_id, DIALECT_OPENAI, &error);

	chat_request_clear(&c.request);
	media_clear(&c.media);
	resource_names_clear(&c.names);
	api_error_clear(&c.refusal);
	api_error_clear(&error);
	json_object_put(c.body);
	json_object_put(c.learned);
	json_object_put(c.quirks);
	json_object_put(c.wish);
	json_object_put(c.memory);
	buf_clear(&c.path);
	buf_clear(&c.upstream);
}
