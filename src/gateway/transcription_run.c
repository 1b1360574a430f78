/* Transcriptions: Gemini's text, on its way to the client. */
#include "gateway/plain_answer.h"
#include "gateway/service.h"
#include "gateway/transcription_parts.h"
#include "protocol/chat_answer.h"
#include "protocol/transcription_answer.h"

static void
on_delta(void *ctx, const struct delta *d)
{
	struct transcription *t = ctx;
	if (d->kind != DELTA_TEXT || d->choice != 0)
		return;
	buf_add(&t->text, d->text, d->len);
	if (t->request.stream)
		transcription_answer_delta(t->out, d->text, d->len);
}

static bool
on_event(void *ctx, struct json_object *event)
{
	struct transcription *t = ctx;
	return gemini_reader_feed(&t->reader, event) && buf_ok(&t->text);
}

static enum feed
feed(void *ctx, int lane, const char *bytes, size_t len, struct buf *out,
    struct buf *refusal)
{
	struct transcription *t = ctx;
	size_t before = out->len;
	(void)lane;
	t->out = out;
	enum feed result = events_feed(&t->events, bytes, len, refusal);
	if (!buf_ok(out))
		return FEED_GARBLED;
	return result == FEED_HOLD && out->len > before ? FEED_SHOW : result;
}

/* A recording in which nobody speaks has an empty transcript: that is an
 * answer, too. */
static struct closing
judge(const struct transcription *t)
{
	switch (gemini_reader_state(&t->reader, true)) {
	case ANSWER_EMPTY:
	case ANSWER_RETRY:
		return (struct closing){.end = ATTEMPT_EMPTY,
		    .reason = t->reader.choices[0].reason};
	default:
		return plain_answer_judge(&t->reader);
	}
}

static void
complete(struct transcription *t)
{
	const struct usage *usage = &t->reader.usage;
	if (t->request.stream)
		transcription_answer_done(t->out, &t->text, usage);
	else if (t->request.plain)
		transcription_answer_plain(t->out, &t->text);
	else
		transcription_answer_json(t->out, &t->text, usage);
}

static struct closing
close_answer(void *ctx, int lane, bool last, struct buf *out)
{
	struct transcription *t = ctx;
	struct buf refusal;
	(void)lane, (void)last;
	t->out = out;
	buf_init(&refusal, BUF_SMALL);
	enum feed end = events_end(&t->events, &refusal);
	buf_clear(&refusal);
	if (end != FEED_HOLD)
		return (struct closing){.end = ATTEMPT_GARBLED};

	gemini_reader_end(&t->reader);
	struct closing closing = judge(t);
	if (closing.end == ATTEMPT_ANSWERED || closing.end == ATTEMPT_BLOCKED)
		complete(t);
	if (!buf_ok(&t->text) || !buf_ok(out))
		closing = (struct closing){.end = ATTEMPT_GARBLED};
	return closing;
}

static void
restart(void *ctx)
{
	struct transcription *t = ctx;
	events_restart(&t->events);
	gemini_reader_clear(&t->reader);
	buf_reset(&t->text);
}

static bool
fail(void *ctx, const struct api_error *error, struct buf *out)
{
	const struct transcription *t = ctx;
	if (t->request.stream)
		chat_answer_fail(error, out);
	return t->request.stream;
}

static const struct usage *
usage(void *ctx)
{
	struct transcription *t = ctx;
	return &t->reader.billed;
}

void
transcription_run(struct transcription *t, const struct relay_task *base)
{
	struct relay_task task = *base;
	task.heartbeats = task.streamed = t->request.stream;
	task.feed = feed;
	task.close = close_answer;
	task.restart = restart;
	task.fail = fail;
	task.usage = usage;

	size_t max =
	    settings_bytes(t->service->settings, SETTING_ID_MAX_ANSWER_MB);
	t->live.content_type = t->request.stream
	    ? "text/event-stream; charset=utf-8"
	    : t->request.plain ? "text/plain; charset=utf-8"
			       : "application/json; charset=utf-8";
	buf_init(&t->text, max);
	events_init(&t->events, max, on_event, t);
	gemini_reader_init(&t->reader, on_delta, t);
	live_run(&t->live, &task, false);
	gemini_reader_clear(&t->reader);
	events_clear(&t->events);
	buf_clear(&t->text);
}
