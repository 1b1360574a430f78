/* A chat answer: what both of its forms keep, and the pieces they share. */
#include "protocol/chat_answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "protocol/call_id.h"
#include "protocol/chat_answer_parts.h"
#include "protocol/chat_insert.h"
#include "protocol/chat_stream.h"
#include "protocol/chat_whole.h"
#include "protocol/citations.h"
#include "protocol/refusal.h"

/* A whole answer is kept, up to what no model writes. Of a stream the text is
 * kept for citations only: beyond a size nobody looks for them. */
#define WHOLE_MAX ((size_t)64 * 1024 * 1024)
#define STREAM_TEXT_MAX ((size_t)4 * 1024 * 1024)

static void
init_choice(const struct chat_answer *a, struct chat_choice *c)
{
	*c = (struct chat_choice){0};
	if (!a->req->stream)
		insertions_keep(&c->ours, WHOLE_MAX);
	buf_init(&c->content, a->req->stream ? STREAM_TEXT_MAX : WHOLE_MAX);
	buf_init(&c->thoughts, WHOLE_MAX);
	buf_init(&c->calls, WHOLE_MAX);
	buf_init(&c->image_list, WHOLE_MAX);
	buf_init(&c->logprobs, WHOLE_MAX);
	buf_init(&c->audio, WHOLE_MAX);
}

static void
clear_choice(struct chat_choice *c)
{
	buf_clear(&c->content);
	insertions_clear(&c->ours);
	buf_clear(&c->thoughts);
	buf_clear(&c->calls);
	buf_clear(&c->image_list);
	buf_clear(&c->logprobs);
	buf_clear(&c->audio);
	free(c->signature);
	json_object_put(c->grounding);
	json_object_put(c->url_context);
}

/* What the end of the answer needs. */
static void
keep(struct chat_choice *c, const struct delta *d)
{
	switch (d->kind) {
	case DELTA_TEXT:
		buf_add(&c->content, d->text, d->len);
		break;
	case DELTA_SIGNATURE:
		free(c->signature);
		c->signature = strdup(d->signature);
		break;
	case DELTA_GROUNDING:
		citations_keep_grounding(&c->grounding, d->object);
		break;
	case DELTA_URL_CONTEXT:
		json_object_put(c->url_context);
		c->url_context = json_object_get(d->object);
		break;
	default:
		break;
	}
}

/* Deal with a delta that the client is not to get as what it is; false if it
 * is none of these. */
static bool
divert(struct chat_answer *a, const struct delta *d)
{
	switch (d->kind) {
	case DELTA_THOUGHT:
		if (!a->req->hide_thoughts && a->req->thoughts_as_tags)
			chat_insert_thought(a, d);
		return a->req->hide_thoughts || a->req->thoughts_as_tags;
	case DELTA_CALL:
		/* These clients know of one call in a turn: the first. */
		return (a->req->single_call || a->req->legacy_functions) &&
		    a->reader.choices[d->choice].calls > 0;
	default:
		return false;
	}
}

static void
put_picture(struct chat_answer *a, const struct delta *d)
{
	const struct chat_stamp *stamp = &a->stamp;
	buf_reset(&a->address);
	if (stamp->put_picture != NULL &&
	    !stamp->put_picture(
		stamp->ctx, d->mime, d->text, d->len, &a->address))
		buf_reset(&a->address);
}

/* The reader's sink. */
static void
take_delta(void *ctx, const struct delta *d)
{
	/* What ends a run of thoughts. */
	static const bool ends_thought[] = {[DELTA_TEXT] = true,
	    [DELTA_CALL] = true,
	    [DELTA_IMAGE] = true,
	    [DELTA_AUDIO] = true,
	    [DELTA_LOGPROBS] = false};
	struct chat_answer *a = ctx;

	if (divert(a, d))
		return;
	if (ends_thought[d->kind])
		chat_insert_end_thought(a, d->choice);
	keep(&a->choices[d->choice], d);
	if (d->kind == DELTA_IMAGE)
		put_picture(a, d);
	if (a->req->stream)
		chat_stream_delta(a, d);
	else
		chat_whole_delta(a, d);
	if (d->kind == DELTA_IMAGE &&
	    (a->req->markdown_images ||
		(a->req->markdown_links && a->address.len > 0)))
		chat_insert_image(a, d);
}

struct chat_answer *
chat_answer_new(const struct chat_request *req, const struct chat_stamp *stamp)
{
	struct chat_answer *a = calloc(1, sizeof(*a));
	if (a == NULL)
		return NULL;
	a->req = req;
	a->stamp = *stamp;
	a->random = stamp->seed;
	gemini_reader_init(&a->reader, take_delta, a);
	for (int i = 0; i < GEMINI_MAX_CHOICES; i++)
		init_choice(a, &a->choices[i]);

	buf_init(&a->address, BUF_SMALL);
	buf_init(&a->head, BUF_SMALL);
	if (req->stream)
		chat_stream_prepare(a);
	return a;
}

void
chat_answer_free(struct chat_answer *a)
{
	if (a == NULL)
		return;
	for (int i = 0; i < GEMINI_MAX_CHOICES; i++)
		clear_choice(&a->choices[i]);
	gemini_reader_clear(&a->reader);
	json_object_put(a->signatures);
	buf_clear(&a->address);
	buf_clear(&a->head);
	free(a);
}

void
chat_answer_restart(struct chat_answer *a)
{
	gemini_reader_clear(&a->reader);
	json_object_put(a->signatures);
	a->signatures = NULL;
	for (int i = 0; i < GEMINI_MAX_CHOICES; i++) {
		clear_choice(&a->choices[i]);
		init_choice(a, &a->choices[i]);
	}
}

struct gemini_reader *
chat_answer_reader(struct chat_answer *a)
{
	return &a->reader;
}

bool
chat_answer_feed(
    struct chat_answer *a, struct json_object *event, struct buf *out)
{
	if (json_get(event, "error") != NULL)
		return false;
	a->out = out;
	bool ok = gemini_reader_feed(&a->reader, event);
	a->out = NULL;
	return ok;
}

void
chat_answer_finish(struct chat_answer *a, struct buf *out)
{
	a->out = out;
	gemini_reader_end(&a->reader);
	for (int i = 0; i < a->reader.n_choices; i++) {
		chat_insert_end_thought(a, i);
		chat_insert_links(a, i);
	}
	if (a->req->stream)
		chat_stream_finish(a);
	else
		chat_whole_finish(a);
	a->out = NULL;
}

void
chat_answer_fail(const struct api_error *error, struct buf *out)
{
	buf_str(out, "data: ");
	api_error_write(error, DIALECT_OPENAI, out);
	buf_str(out, "\n\n");
}

/* A prompt that was blocked has no candidate, and still one choice; a choice
 * that has a lane to itself is there in any case. */
int
chat_answer_count(const struct chat_answer *a)
{
	if (a->reader.lanes > 1)
		return a->reader.lanes;
	return a->reader.n_choices > 0 ? a->reader.n_choices : 1;
}

bool
chat_answer_has(const struct chat_answer *a, int i)
{
	return a->reader.lanes > 1 || a->reader.n_choices == 0 ||
	    a->reader.choices[i].seen;
}

const char *
chat_answer_reason(const struct chat_answer *a, int i)
{
	if (refusal_of_prompt(&a->reader, i))
		return "content_filter";
	const char *reason = gemini_finish_openai(&a->reader.choices[i]);
	if (a->req->legacy_functions && strcmp(reason, "tool_calls") == 0)
		return "function_call";
	return reason;
}

bool
chat_answer_refusal(const struct chat_answer *a, int i, struct buf *text)
{
	return refusal_write(&a->reader, i, text);
}

void
chat_answer_extra(const char *signature, struct buf *out)
{
	buf_str(out, "{\"google\":{\"thought_signature\":");
	json_write_text(out, signature, strlen(signature));
	buf_str(out, "}}");
}

size_t
chat_answer_annotations(
    const struct chat_answer *a, int i, size_t cut, size_t len, struct buf *out)
{
	const struct chat_choice *c = &a->choices[i];
	const struct gemini_choice *g = &a->reader.choices[i];
	struct citations citations = {
	    .text = buf_cstr(&c->content) + (buf_ok(&c->content) ? cut : 0),
	    .len = buf_ok(&c->content) ? len : 0,
	    .ours = &c->ours,
	    .cut = cut,
	    .part_start = g->part_start,
	    .n_parts = g->n_parts,
	    .grounding = c->grounding,
	    .url_context = c->url_context,
	};
	if ((c->grounding == NULL && c->url_context == NULL) || c->ours.failed)
		return 0;
	return citations_write(&citations, out);
}
