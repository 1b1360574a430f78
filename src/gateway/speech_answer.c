/* Speech: Gemini's samples, on their way to the client. */
#include "gateway/plain_answer.h"
#include "gateway/service.h"
#include "gateway/speech_parts.h"
#include "protocol/chat_answer.h"
#include "protocol/speech_event.h"
#include "sound/encoder.h"

/* --- samples ------------------------------------------------------------- */

/* What the encoder gave goes out: as it is, or in an event. */
static void
put_coded(struct speech *s)
{
	if (s->coded.len > 0)
		speech_event_delta(s->out, s->coded.data, s->coded.len);
	if (!buf_ok(&s->coded))
		buf_fail(s->out);
	buf_reset(&s->coded);
}

static struct buf *
coded(struct speech *s)
{
	return s->request.sse ? &s->coded : s->out;
}

/* The first samples say what the answer will be like. */
static bool
begin(struct speech *s)
{
	if (s->encoder != NULL)
		return true;
	s->encoder = encoder_new(s->request.form, &s->sound.sound);
	if (!s->request.sse)
		speech_form_type(s->request.form, &s->sound.sound, s->type);
	return s->encoder != NULL;
}

static void
on_delta(void *ctx, const struct delta *d)
{
	struct speech *s = ctx;
	if (d->kind != DELTA_AUDIO || d->choice != 0 || s->garbled)
		return;
	s->garbled = !speech_sound_add(&s->sound, d->mime, d->text, d->len);
	size_t ready = s->garbled ? 0 : speech_sound_ready(&s->sound);
	if (ready == 0)
		return;
	s->garbled = !begin(s) ||
	    !encoder_add(s->encoder, s->sound.samples.data, ready, coded(s));
	speech_sound_used(&s->sound, ready);
	s->bytes += ready;
	put_coded(s);
}

static bool
on_event(void *ctx, struct json_object *event)
{
	struct speech *s = ctx;
	return gemini_reader_feed(&s->reader, event) && !s->garbled;
}

/* --- the task ------------------------------------------------------------ */

static enum feed
feed(void *ctx, int lane, const char *bytes, size_t len, struct buf *out,
    struct buf *refusal)
{
	struct speech *s = ctx;
	size_t before = out->len;
	(void)lane;
	s->out = out;
	enum feed result = events_feed(&s->events, bytes, len, refusal);
	if (!buf_ok(out))
		return FEED_GARBLED;
	bool more = s->request.as_it_comes && out->len > before;
	return result == FEED_HOLD && more ? FEED_SHOW : result;
}

/* Gemini's word for an end without sound; NULL if it says nothing. */
static const char *
reason_of(const struct gemini_choice *c)
{
	return c->finish == FINISH_STOP || c->reason[0] == '\0' ? NULL
								: c->reason;
}

static struct closing
judge(const struct speech *s)
{
	const struct gemini_choice *c = &s->reader.choices[0];
	struct closing closing = plain_answer_judge(&s->reader);
	if (closing.end == ATTEMPT_ANSWERED &&
	    (s->bytes == 0 || c->finish == FINISH_OTHER ||
		c->finish == FINISH_RETRY))
		closing = (struct closing){
		    .end = ATTEMPT_MISSING, .reason = reason_of(c)};
	return closing;
}

/* The end of the sound. A file that was held can say now how long it is. */
static bool
complete(struct speech *s)
{
	const struct gemini_reader *r = &s->reader;
	if (s->encoder == NULL)
		return true;
	if (!encoder_end(s->encoder, coded(s)))
		return false;
	put_coded(s);
	if (s->request.sse)
		speech_event_done(s->out, &r->usage);
	if (!s->request.as_it_comes && buf_ok(s->out))
		wav_header(&s->sound.sound, (uint32_t)s->bytes,
		    (uint8_t *)s->out->data);
	return buf_ok(s->out);
}

static struct closing
close_answer(void *ctx, int lane, bool last, struct buf *out)
{
	struct speech *s = ctx;
	struct buf refusal;
	(void)lane, (void)last;
	s->out = out;
	buf_init(&refusal, BUF_SMALL);
	enum feed end = events_end(&s->events, &refusal);
	buf_clear(&refusal);
	if (end != FEED_HOLD || s->garbled)
		return (struct closing){.end = ATTEMPT_GARBLED};

	struct closing closing = judge(s);
	bool good =
	    closing.end == ATTEMPT_ANSWERED || closing.end == ATTEMPT_BLOCKED;
	if (good && !complete(s))
		closing = (struct closing){.end = ATTEMPT_GARBLED};
	return closing;
}

static void
restart(void *ctx)
{
	struct speech *s = ctx;
	events_restart(&s->events);
	gemini_reader_clear(&s->reader);
	size_t max = s->sound.bytes.max;
	speech_sound_clear(&s->sound);
	speech_sound_init(&s->sound, max);
	encoder_free(s->encoder);
	s->encoder = NULL;
	buf_reset(&s->coded);
	s->bytes = 0;
	s->garbled = false;
}

static bool
fail(void *ctx, const struct api_error *error, struct buf *out)
{
	const struct speech *s = ctx;
	if (s->request.sse)
		chat_answer_fail(error, out);
	return s->request.sse;
}

static const struct usage *
usage(void *ctx)
{
	struct speech *s = ctx;
	return &s->reader.billed;
}

void
speech_answer_run(struct speech *s, const struct relay_task *request)
{
	struct relay_task task = *request;
	task.heartbeats = s->request.sse;
	task.streamed = s->request.as_it_comes;
	task.feed = feed;
	task.close = close_answer;
	task.restart = restart;
	task.fail = fail;
	task.usage = usage;

	size_t max =
	    settings_bytes(s->service->settings, SETTING_ID_MAX_ANSWER_MB);
	static const struct wav_sound usual = {24000, 1};
	speech_form_type(s->request.form, &usual, s->type);
	s->live.content_type =
	    s->request.sse ? "text/event-stream; charset=utf-8" : s->type;
	buf_init(&s->coded, max);
	events_init(&s->events, max, on_event, s);
	gemini_reader_init(&s->reader, on_delta, s);
	speech_sound_init(&s->sound, max);
	live_run(&s->live, &task, false);
	encoder_free(s->encoder);
	speech_sound_clear(&s->sound);
	gemini_reader_clear(&s->reader);
	events_clear(&s->events);
	buf_clear(&s->coded);
}
