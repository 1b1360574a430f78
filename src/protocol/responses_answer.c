/* A Responses answer: from deltas to items, and how it ends. */
#include "protocol/responses_answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "protocol/citations.h"
#include "protocol/refusal.h"
#include "protocol/responses_call.h"
#include "protocol/responses_event.h"
#include "protocol/responses_item.h"
#include "protocol/responses_object.h"

/* --- what comes ---------------------------------------------------------- */

static void
take_call(struct responses_answer *a, const struct delta *d)
{
	/* Such a client knows of one call in a turn: the first. */
	if (!a->req->single_call || a->reader.choices[0].calls == 0)
		responses_call_add(a, d);
}

static void
take_text(struct responses_answer *a, const struct delta *d)
{
	responses_item_open(a, ITEM_MESSAGE);
	responses_item_text(a, d->text, d->len);
}

static void
take_thought(struct responses_answer *a, const struct delta *d)
{
	if (!a->wishes.summaries)
		return;
	responses_item_open(a, ITEM_REASONING);
	responses_item_text(a, d->text, d->len);
}

static void
take_logprobs(struct responses_answer *a, const struct delta *d)
{
	responses_item_logprobs(a, d->object);
}

static void
take_grounding(struct responses_answer *a, const struct delta *d)
{
	citations_keep_grounding(&a->grounding, d->object);
}

static void
take_url_context(struct responses_answer *a, const struct delta *d)
{
	json_object_put(a->url_context);
	a->url_context = json_object_get(d->object);
}

/* What each kind of delta becomes. A response has no place for audio, nor
 * for the signature of a text. */
static void (*const takers[])(
    struct responses_answer *, const struct delta *) = {
    [DELTA_TEXT] = take_text,
    [DELTA_THOUGHT] = take_thought,
    [DELTA_CALL] = take_call,
    [DELTA_IMAGE] = responses_call_add_image,
    [DELTA_LOGPROBS] = take_logprobs,
    [DELTA_GROUNDING] = take_grounding,
    [DELTA_URL_CONTEXT] = take_url_context,
};

/* The reader's sink. A response is one answer: there are no other choices. */
static void
take_delta(void *ctx, const struct delta *d)
{
	struct responses_answer *a = ctx;
	if (d->choice == 0 && (size_t)d->kind < COUNT_OF(takers) &&
	    takers[d->kind] != NULL)
		takers[d->kind](a, d);
}

/* --- its life ------------------------------------------------------------ */

static void
init_state(struct responses_answer *a)
{
	a->item = (struct responses_item){.kind = ITEM_NONE};
	buf_init(&a->item.text, RESPONSES_MAX);
	buf_init(&a->item.logprobs, RESPONSES_MAX);
	buf_init(&a->items, RESPONSES_MAX);
	a->n_items = 0;
	a->spoke = a->opened = false;
	a->sequence = 0;
}

static void
clear_state(struct responses_answer *a)
{
	buf_clear(&a->item.text);
	buf_clear(&a->item.logprobs);
	buf_clear(&a->items);
	json_object_put(a->grounding);
	json_object_put(a->url_context);
	json_object_put(a->signatures);
	a->grounding = a->url_context = a->signatures = NULL;
	gemini_reader_clear(&a->reader);
}

struct responses_answer *
responses_answer_new(
    const struct chat_request *req, const struct chat_stamp *stamp)
{
	struct responses_answer *a = calloc(1, sizeof(*a));
	if (a == NULL)
		return NULL;
	a->req = req;
	a->stamp = *stamp;
	a->random = stamp->seed;
	a->wishes = responses_wishes_of(req->echo);
	gemini_reader_init(&a->reader, take_delta, a);
	responses_object_prepare(a);
	init_state(a);
	return a;
}

void
responses_answer_free(struct responses_answer *a)
{
	if (a == NULL)
		return;
	clear_state(a);
	buf_clear(&a->echo);
	free(a);
}

void
responses_answer_restart(struct responses_answer *a)
{
	clear_state(a);
	init_state(a);
}

struct gemini_reader *
responses_answer_reader(struct responses_answer *a)
{
	return &a->reader;
}

struct json_object *
responses_answer_signatures(struct responses_answer *a)
{
	return json_object_get(a->signatures);
}

bool
responses_answer_feed(
    struct responses_answer *a, struct json_object *event, struct buf *out)
{
	if (json_get(event, "error") != NULL)
		return false;
	a->out = out;
	bool ok = gemini_reader_feed(&a->reader, event);
	a->out = NULL;
	return ok;
}

/* --- how it ends --------------------------------------------------------- */

static struct responses_status
status_of(const struct responses_answer *a)
{
	static const struct responses_status completed = {
	    "completed", NULL, NULL};
	static const struct responses_status cut = {
	    "incomplete", "max_output_tokens", NULL};
	static const struct responses_status filtered = {
	    "incomplete", "content_filter", NULL};
	if (refusal_of_prompt(&a->reader))
		return filtered;
	switch (a->reader.choices[0].finish) {
	case FINISH_LENGTH:
		return cut;
	case FINISH_FILTER:
		return filtered;
	default:
		return completed;
	}
}

/* The items that are left to be written. */
static void
finish_items(struct responses_answer *a, bool whole)
{
	struct buf refusal;
	buf_init(&refusal, BUF_LARGE);
	gemini_reader_end(&a->reader);
	responses_item_close(a, whole, NULL);
	if (refusal_write(&a->reader, 0, &refusal))
		responses_item_refuse(a, buf_cstr(&refusal), refusal.len);
	buf_clear(&refusal);

	/* An answer that says nothing is a message without text. */
	if (whole && !a->spoke) {
		responses_item_open(a, ITEM_MESSAGE);
		responses_item_close(a, true, NULL);
	}
}

void
responses_answer_finish(struct responses_answer *a, struct buf *out)
{
	const struct responses_status status = status_of(a);
	bool whole = status.incomplete == NULL;

	a->out = out;
	finish_items(a, whole);
	if (!a->req->stream)
		responses_object_write(a, &status, out);
	else
		responses_event_response(a,
		    whole ? "response.completed" : "response.incomplete",
		    &status);
	a->out = NULL;
}

void
responses_answer_fail(
    struct responses_answer *a, const struct api_error *error, struct buf *out)
{
	const struct responses_status failed = {"failed", NULL, error};

	/* What was begun is told as it stands, without events of its end. */
	a->out = out;
	a->quiet = true;
	responses_item_close(a, false, NULL);
	a->quiet = false;
	responses_event_response(a, "response.failed", &failed);
	a->out = NULL;
}
