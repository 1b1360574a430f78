/* Reasoning items and messages, from opening to closing. */
#include "protocol/responses_item.h"

#include <string.h>

#include "base/json.h"
#include "protocol/citations.h"
#include "protocol/json_fence.h"
#include "protocol/logprobs.h"
#include "protocol/responses_event.h"

/* What differs between the two kinds. */
static const struct kind {
	const char *prefix; /* of the id */
	const char *added;  /* the item when it is new, after its id */
	const char *part_added, *part_done, *delta, *text_done;
	const char *index; /* what the number of a part is called */
	const char *part;  /* an empty part */
} kinds[] = {
    [ITEM_REASONING] = {"rs", "\"type\":\"reasoning\",\"summary\":[]",
	"response.reasoning_summary_part.added",
	"response.reasoning_summary_part.done",
	"response.reasoning_summary_text.delta",
	"response.reasoning_summary_text.done", "summary_index",
	"{\"type\":\"summary_text\",\"text\":\"\"}"},
    [ITEM_MESSAGE] = {"msg",
	"\"type\":\"message\",\"status\":\"in_progress\","
	"\"role\":\"assistant\",\"content\":[]",
	"response.content_part.added", "response.content_part.done",
	"response.output_text.delta", "response.output_text.done",
	"content_index",
	"{\"type\":\"output_text\",\"text\":\"\",\"annotations\":[]}"},
};

/* --- events -------------------------------------------------------------- */

/* Begin an event about the only part of the open item. */
static bool
begin_part(struct responses_answer *a, const char *type)
{
	if (!responses_event_begin(a, type))
		return false;
	responses_event_place(a, a->item.id);
	buf_fmt(a->out, ",\"%s\":0", kinds[a->item.kind].index);
	return true;
}

static void
write_part(struct responses_answer *a, const char *type, const char *part)
{
	if (!begin_part(a, type))
		return;
	buf_fmt(a->out, ",\"part\":");
	buf_str(a->out, part);
	responses_event_end(a);
}

/* A text of the part, and the tokens of a message's. */
static void
write_text(struct responses_answer *a, const char *type, const char *name,
    const char *text, size_t len, const char *logprobs)
{
	if (!begin_part(a, type))
		return;
	responses_event_text(a, name, text, len);
	if (a->item.kind == ITEM_MESSAGE && logprobs != NULL) {
		buf_str(a->out, ",\"logprobs\":[");
		buf_str(a->out, logprobs);
		buf_byte(a->out, ']');
	}
	responses_event_end(a);
}

/* list: annotations with commas between them. */
static void
write_annotations(struct responses_answer *a, const struct buf *list)
{
	struct buf text;
	if (!a->req->stream || list->len == 0)
		return;
	buf_init(&text, RESPONSES_MAX);
	buf_byte(&text, '[');
	buf_join(&text, list);
	buf_byte(&text, ']');
	struct json_object *all = json_parse(buf_cstr(&text), text.len, NULL);
	for (size_t i = 0; i < json_count(all); i++) {
		if (!begin_part(a, "response.output_text.annotation.added"))
			break;
		buf_fmt(a->out, ",\"annotation_index\":%zu,\"annotation\":", i);
		json_write(a->out, json_at(all, i));
		responses_event_end(a);
	}
	json_object_put(all);
	buf_clear(&text);
}

/* --- growing ------------------------------------------------------------- */

static void
begin_item(struct responses_answer *a, enum responses_kind kind)
{
	struct responses_item *item = &a->item;
	struct buf added;
	item->kind = kind;
	item->has_part = false;
	item->start = a->reader.choices[0].text_bytes;
	buf_reset(&item->text);
	buf_reset(&item->logprobs);
	responses_event_id(a, kinds[kind].prefix, item->id);
	a->spoke = a->spoke || kind == ITEM_MESSAGE;

	buf_init(&added, BUF_SMALL);
	buf_fmt(&added, "{\"id\":\"%s\",%s}", item->id, kinds[kind].added);
	responses_event_added(a, &added);
	buf_clear(&added);
}

void
responses_item_open(struct responses_answer *a, enum responses_kind kind)
{
	if (a->item.kind == kind)
		return;
	responses_item_close(a, true, NULL);
	begin_item(a, kind);
}

/* The part begins with its first text, or with the end of a message that has
 * none. */
static void
open_part(struct responses_answer *a)
{
	const struct kind *kind = &kinds[a->item.kind];
	if (!a->item.has_part)
		write_part(a, kind->part_added, kind->part);
	a->item.has_part = true;
}

void
responses_item_text(struct responses_answer *a, const char *text, size_t len)
{
	open_part(a);
	buf_add(&a->item.text, text, len);
	write_text(a, kinds[a->item.kind].delta, "delta", text, len, "");
}

void
responses_item_logprobs(struct responses_answer *a, struct json_object *result)
{
	struct buf list;
	if (a->item.kind != ITEM_MESSAGE || !a->wishes.logprobs)
		return;
	buf_init(&list, RESPONSES_MAX);
	if (logprobs_write(result, &list) > 0) {
		if (a->item.logprobs.len > 0)
			buf_byte(&a->item.logprobs, ',');
		buf_join(&a->item.logprobs, &list);
	}
	buf_clear(&list);
}

/* --- closing ------------------------------------------------------------- */

/* Append the annotations for the part of the text that the client gets, and
 * forget their sources: what comes after the text belongs to a later one. */
static void
add_annotations(struct responses_answer *a, struct span s, struct buf *list)
{
	const struct gemini_choice *choice = &a->reader.choices[0];
	const struct citations citations = {
	    .text = buf_cstr(&a->item.text) + s.from,
	    .len = s.len,
	    .cut = a->item.start + s.from,
	    .part_start = choice->part_start,
	    .n_parts = choice->n_parts,
	    .grounding = a->grounding,
	    .url_context = a->url_context,
	    .flat = true,
	};
	if (a->grounding == NULL && a->url_context == NULL)
		return;
	citations_write(&citations, list);
	json_object_put(a->grounding);
	json_object_put(a->url_context);
	a->grounding = a->url_context = NULL;
}

/* The only part of the message is complete, and so is the message. */
static void
finish_message(
    struct responses_answer *a, const char *status, const struct buf *part)
{
	struct buf done;
	buf_init(&done, RESPONSES_MAX);
	write_part(a, kinds[ITEM_MESSAGE].part_done, buf_cstr(part));
	buf_fmt(&done,
	    "{\"id\":\"%s\",\"type\":\"message\",\"status\":\"%s\","
	    "\"role\":\"assistant\",\"content\":[",
	    a->item.id, status);
	buf_join(&done, part);
	buf_str(&done, "]}");
	responses_event_done(a, &done);
	buf_clear(&done);
}

static void
close_message(struct responses_answer *a, bool whole)
{
	struct responses_item *item = &a->item;
	struct buf list, part;
	buf_init(&list, RESPONSES_MAX);
	buf_init(&part, RESPONSES_MAX);

	/* A stream has sent its fence, if the text has one. */
	struct span s = {0, item->text.len};
	if (a->req->json_wanted && !a->req->stream)
		s = json_fence_strip(buf_cstr(&item->text), item->text.len);
	const char *text = buf_cstr(&item->text) + s.from;
	add_annotations(a, s, &list);

	buf_str(&part, "{\"type\":\"output_text\",\"text\":");
	json_write_text(&part, text, s.len);
	buf_fmt(&part, ",\"annotations\":[");
	buf_join(&part, &list);
	buf_byte(&part, ']');
	if (a->wishes.logprobs) {
		buf_str(&part, ",\"logprobs\":[");
		buf_join(&part, &item->logprobs);
		buf_byte(&part, ']');
	}
	buf_byte(&part, '}');

	open_part(a);
	write_annotations(a, &list);
	write_text(a, kinds[ITEM_MESSAGE].text_done, "text", text, s.len,
	    buf_cstr(&item->logprobs));
	if (!buf_ok(&item->text))
		buf_fail(&part);
	finish_message(a, whole ? "completed" : "incomplete", &part);
	buf_clear(&list);
	buf_clear(&part);
}

static void
close_reasoning(struct responses_answer *a, const struct buf *sealed)
{
	struct responses_item *item = &a->item;
	struct buf part, done;
	buf_init(&part, RESPONSES_MAX);
	buf_init(&done, RESPONSES_MAX);

	if (item->has_part) {
		buf_str(&part, "{\"type\":\"summary_text\",\"text\":");
		json_write_text(&part, buf_cstr(&item->text), item->text.len);
		buf_byte(&part, '}');
		write_text(a, kinds[ITEM_REASONING].text_done, "text",
		    buf_cstr(&item->text), item->text.len, NULL);
		write_part(a, kinds[ITEM_REASONING].part_done, buf_cstr(&part));
	}
	buf_fmt(&done, "{\"id\":\"%s\",\"type\":\"reasoning\",\"summary\":[",
	    item->id);
	buf_join(&done, &part);
	buf_byte(&done, ']');
	if (sealed != NULL) {
		buf_str(&done, ",\"encrypted_content\":");
		json_write_text(&done, buf_cstr(sealed), sealed->len);
	}
	buf_byte(&done, '}');
	if (!buf_ok(&item->text))
		buf_fail(&done);
	responses_event_done(a, &done);
	buf_clear(&part);
	buf_clear(&done);
}

void
responses_item_close(
    struct responses_answer *a, bool whole, const struct buf *sealed)
{
	if (a->item.kind == ITEM_MESSAGE)
		close_message(a, whole);
	else if (a->item.kind == ITEM_REASONING)
		close_reasoning(a, sealed);
	a->item.kind = ITEM_NONE;
}

/* --- refusals ------------------------------------------------------------ */

void
responses_item_refuse(struct responses_answer *a, const char *text, size_t len)
{
	struct buf part;
	responses_item_open(a, ITEM_MESSAGE);
	buf_init(&part, RESPONSES_MAX);
	buf_str(&part, "{\"type\":\"refusal\",\"refusal\":");
	json_write_text(&part, text, len);
	buf_byte(&part, '}');

	write_part(a, kinds[ITEM_MESSAGE].part_added,
	    "{\"type\":\"refusal\",\"refusal\":\"\"}");
	write_text(a, "response.refusal.delta", "delta", text, len, NULL);
	write_text(a, "response.refusal.done", "refusal", text, len, NULL);
	finish_message(a, "completed", &part);
	a->item.kind = ITEM_NONE;
	buf_clear(&part);
}
