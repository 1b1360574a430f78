/* Writing the chunks of a streamed chat answer. */
#include "protocol/chat_stream.h"

#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "protocol/logprobs.h"

void
chat_stream_prepare(struct chat_answer *a)
{
	const char *model = a->req->asked_model;
	struct buf *head = &a->head;

	if (model == NULL)
		model = "";
	buf_str(head, "data: {\"id\":");
	json_write_text(head, a->stamp.id, strlen(a->stamp.id));
	buf_fmt(head,
	    ",\"object\":\"chat.completion.chunk\",\"created\":%" PRId64
	    ",\"model\":",
	    a->stamp.created_s);
	json_write_text(head, model, strlen(model));
	buf_str(head, ",\"choices\":[");
	a->tail = a->req->include_usage ? ",\"usage\":null}\n\n" : "}\n\n";
}

static void
open_chunk(struct chat_answer *a)
{
	buf_add(a->out, buf_cstr(&a->head), a->head.len);
}

/* The role comes first, once per choice, and alone. */
static void
write_role(struct chat_answer *a, int i)
{
	if (a->choices[i].opened)
		return;
	a->choices[i].opened = true;
	open_chunk(a);
	buf_fmt(a->out,
	    "{\"index\":%d,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
	    "\"logprobs\":null,\"finish_reason\":null}]%s",
	    i, a->tail);
}

/* What stands before and after the members of a delta. */
static void
open_delta(struct chat_answer *a, int i)
{
	write_role(a, i);
	open_chunk(a);
	buf_fmt(a->out, "{\"index\":%d,\"delta\":{", i);
}

static void
close_delta(struct chat_answer *a)
{
	buf_str(a->out, "},\"finish_reason\":null}]");
	buf_str(a->out, a->tail);
}

static void
write_words(struct chat_answer *a, int i, const char *member, const char *text,
    size_t len)
{
	open_delta(a, i);
	buf_fmt(a->out, "\"%s\":", member);
	json_write_text(a->out, text, len);
	close_delta(a);
}

void
chat_stream_text(struct chat_answer *a, int i, const char *text, size_t len)
{
	write_words(a, i, "content", text, len);
}

static void
write_text(struct chat_answer *a, const struct delta *d)
{
	write_words(a, d->choice, "content", d->text, d->len);
}

static void
write_thought(struct chat_answer *a, const struct delta *d)
{
	write_words(a, d->choice, "reasoning_content", d->text, d->len);
}

/* A call is one delta with all of it: Gemini does not cut arguments. */
static void
write_call(struct chat_answer *a, const struct delta *d)
{
	int index = a->reader.choices[d->choice].calls;
	bool legacy = a->req->legacy_functions;

	open_delta(a, d->choice);
	buf_str(a->out, legacy ? "\"function_call\":" : "\"tool_calls\":[");
	chat_answer_call(a, d, index, a->out);
	if (!legacy)
		buf_byte(a->out, ']');
	close_delta(a);
}

static void
write_image(struct chat_answer *a, const struct delta *d)
{
	open_delta(a, d->choice);
	buf_str(a->out, "\"images\":[");
	chat_answer_image(a, d, a->out);
	buf_byte(a->out, ']');
	close_delta(a);
}

static void
write_audio(struct chat_answer *a, const struct delta *d)
{
	open_delta(a, d->choice);
	buf_str(a->out, "\"audio\":{");
	chat_answer_audio_id(a, d->choice, a->out);
	buf_str(a->out, ",\"data\":");
	json_write_text(a->out, d->text, d->len);
	buf_byte(a->out, '}');
	close_delta(a);
}

static void
write_logprobs(struct chat_answer *a, const struct delta *d)
{
	struct buf list;
	buf_init(&list, a->out->max);
	if (logprobs_write(d->object, &list) > 0) {
		write_role(a, d->choice);
		open_chunk(a);
		buf_fmt(a->out,
		    "{\"index\":%d,\"delta\":{},\"logprobs\":{\"content\":[",
		    d->choice);
		buf_add(a->out, buf_cstr(&list), list.len);
		buf_fmt(a->out,
		    "],\"refusal\":null},\"finish_reason\":null}]%s", a->tail);
	}
	buf_clear(&list);
}

/* What each kind of delta becomes at once; the others wait for the end. */
static void (*const writers[])(struct chat_answer *, const struct delta *) = {
    [DELTA_TEXT] = write_text,
    [DELTA_THOUGHT] = write_thought,
    [DELTA_CALL] = write_call,
    [DELTA_IMAGE] = write_image,
    [DELTA_AUDIO] = write_audio,
    [DELTA_LOGPROBS] = write_logprobs,
};

void
chat_stream_delta(struct chat_answer *a, const struct delta *d)
{
	if ((size_t)d->kind < COUNT_OF(writers) && writers[d->kind] != NULL)
		writers[d->kind](a, d);
}

static void
finish_refusal(struct chat_answer *a, int i)
{
	struct buf text;
	buf_init(&text, BUF_LARGE);
	if (chat_answer_refusal(a, i, &text)) {
		open_delta(a, i);
		buf_str(a->out, "\"refusal\":");
		json_write_text(a->out, buf_cstr(&text), text.len);
		close_delta(a);
	}
	buf_clear(&text);
}

static void
finish_signature(struct chat_answer *a, int i)
{
	if (a->choices[i].signature == NULL)
		return;
	open_delta(a, i);
	buf_str(a->out, "\"extra_content\":");
	chat_answer_extra(a->choices[i].signature, a->out);
	close_delta(a);
}

static void
finish_annotations(struct chat_answer *a, int i)
{
	struct buf list;
	buf_init(&list, a->out->max);
	if (chat_answer_annotations(a, i, 0, a->choices[i].content.len, &list) >
	    0) {
		open_delta(a, i);
		buf_str(a->out, "\"annotations\":[");
		buf_add(a->out, buf_cstr(&list), list.len);
		buf_byte(a->out, ']');
		close_delta(a);
	}
	buf_clear(&list);
}

void
chat_stream_finish(struct chat_answer *a)
{
	for (int i = 0; i < chat_answer_count(a); i++) {
		if (!chat_answer_has(a, i))
			continue;
		write_role(a, i);
		finish_refusal(a, i);
		finish_signature(a, i);
		finish_annotations(a, i);
		open_chunk(a);
		buf_fmt(a->out,
		    "{\"index\":%d,\"delta\":{},\"finish_reason\":\"%s\"}]%s",
		    i, chat_answer_reason(a, i), a->tail);
	}

	if (a->req->include_usage) {
		struct json_object *usage = usage_to_openai(&a->reader.usage);
		open_chunk(a);
		buf_str(a->out, "],\"usage\":");
		json_write(a->out, usage);
		buf_str(a->out, "}\n\n");
		json_object_put(usage);
	}
	buf_str(a->out, "data: [DONE]\n\n");
}
