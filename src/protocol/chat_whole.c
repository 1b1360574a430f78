/* Collecting a chat answer and writing it as one object. */
#include "protocol/chat_whole.h"

#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "protocol/chat_tier.h"
#include "protocol/json_fence.h"
#include "protocol/logprobs.h"

/* A comma, unless the list is at its start. */
static void
next_element(struct buf *list)
{
	if (list->len > 0)
		buf_byte(list, ',');
}

static void
add_logprobs(struct chat_choice *c, struct json_object *result)
{
	struct buf list;
	buf_init(&list, c->logprobs.max);
	if (logprobs_write(result, &list) > 0) {
		next_element(&c->logprobs);
		buf_add(&c->logprobs, buf_cstr(&list), list.len);
	}
	buf_clear(&list);
}

void
chat_whole_delta(struct chat_answer *a, const struct delta *d)
{
	struct chat_choice *c = &a->choices[d->choice];

	switch (d->kind) {
	case DELTA_THOUGHT:
		buf_add(&c->thoughts, d->text, d->len);
		break;
	case DELTA_CALL:
		next_element(&c->calls);
		chat_answer_call(a, d, -1, &c->calls);
		break;
	case DELTA_IMAGE:
		next_element(&c->image_list);
		chat_answer_image(a, d, &c->image_list);
		break;
	case DELTA_AUDIO:
		base64_join_add(&c->audio_join, d->text, d->len, &c->audio);
		break;
	case DELTA_LOGPROBS:
		add_logprobs(c, d->object);
		break;
	default:
		break;
	}
}

static void
write_list(struct buf *out, const char *name, const struct buf *list)
{
	if (list->len == 0)
		return;
	buf_fmt(out, ",\"%s\":[", name);
	buf_add(out, buf_cstr(list), list->len);
	buf_byte(out, ']');
}

static void
write_calls(struct chat_answer *a, const struct chat_choice *c)
{
	if (!a->req->legacy_functions) {
		write_list(a->out, "tool_calls", &c->calls);
	} else if (c->calls.len > 0) {
		buf_str(a->out, ",\"function_call\":");
		buf_add(a->out, buf_cstr(&c->calls), c->calls.len);
	}
}

static void
write_audio(struct chat_answer *a, int i)
{
	struct chat_choice *c = &a->choices[i];
	base64_join_end(&c->audio_join, &c->audio);
	if (c->audio.len == 0)
		return;
	buf_str(a->out, ",\"audio\":{");
	chat_answer_audio_id(a, i, a->out);
	buf_str(a->out, ",\"data\":\"");
	buf_add(a->out, buf_cstr(&c->audio), c->audio.len);
	buf_str(a->out, "\",\"transcript\":\"\"}");
}

/* The content with what we put into it; it is no JSON, and all of it is
 * wanted. */
static void
write_joined(struct buf *out, const struct chat_choice *c)
{
	struct buf all;
	buf_init(&all, BUF_LARGE);
	insertions_join(&c->ours, buf_cstr(&c->content), c->content.len, &all);
	if (!buf_ok(&all))
		out->failed = true;
	json_write_text(out, buf_cstr(&all), all.len);
	buf_clear(&all);
}

static void
write_content(struct chat_answer *a, int i, struct span s)
{
	const struct chat_choice *c = &a->choices[i];
	struct buf *out = a->out;

	/* No text is null beside a call and "" alone. */
	buf_str(out, "{\"role\":\"assistant\",\"content\":");
	if (c->ours.n > 0)
		write_joined(out, c);
	else if (s.len == 0 && c->calls.len > 0)
		buf_str(out, "null");
	else
		json_write_text(out, buf_cstr(&c->content) + s.from, s.len);

	struct buf refusal;
	buf_init(&refusal, BUF_LARGE);
	buf_str(out, ",\"refusal\":");
	if (chat_answer_refusal(a, i, &refusal))
		json_write_text(out, buf_cstr(&refusal), refusal.len);
	else
		buf_str(out, "null");
	buf_clear(&refusal);

	buf_str(out, ",\"annotations\":[");
	chat_answer_annotations(a, i, s.from, s.len, out);
	buf_byte(out, ']');
}

static void
write_message(struct chat_answer *a, int i)
{
	struct chat_choice *c = &a->choices[i];
	struct buf *out = a->out;

	struct span s = {0, c->content.len};
	if (a->req->json_wanted)
		s = json_fence_strip(buf_cstr(&c->content), c->content.len);
	write_content(a, i, s);

	if (c->thoughts.len > 0) {
		buf_str(out, ",\"reasoning_content\":");
		json_write_text(out, buf_cstr(&c->thoughts), c->thoughts.len);
	}
	write_calls(a, c);
	write_list(out, "images", &c->image_list);
	write_audio(a, i);
	if (c->signature != NULL) {
		buf_str(out, ",\"extra_content\":");
		chat_answer_extra(c->signature, out);
	}
	buf_byte(out, '}');
}

static void
write_choice(struct chat_answer *a, int i)
{
	struct chat_choice *c = &a->choices[i];

	buf_fmt(a->out,
	    "{\"index\":%d,\"finish_reason\":\"%s\",\"logprobs\":", i,
	    chat_answer_reason(a, i));
	if (c->logprobs.len > 0) {
		buf_str(a->out, "{\"content\":[");
		buf_add(a->out, buf_cstr(&c->logprobs), c->logprobs.len);
		buf_str(a->out, "],\"refusal\":null}");
	} else {
		buf_str(a->out, "null");
	}
	buf_str(a->out, ",\"message\":");
	write_message(a, i);
	buf_byte(a->out, '}');
}

/* An answer that did not fit in its buffers must not leave in parts. */
static bool
all_fitted(const struct chat_answer *a)
{
	for (int i = 0; i < GEMINI_MAX_CHOICES; i++) {
		const struct chat_choice *c = &a->choices[i];
		const struct buf *const bufs[] = {&c->content, &c->thoughts,
		    &c->calls, &c->image_list, &c->logprobs, &c->audio};
		for (size_t k = 0; k < COUNT_OF(bufs); k++)
			if (!buf_ok(bufs[k]))
				return false;
		if (!insertions_ok(&c->ours))
			return false;
	}
	return true;
}

/* FNV-1a: enough to tell one version of a model from another. */
static uint32_t
fingerprint(const char *text)
{
	uint32_t hash = 2166136261u;
	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	return hash;
}

static void
write_head(struct chat_answer *a)
{
	const char *model = a->req->asked_model;
	struct buf *out = a->out;

	if (model == NULL)
		model = "";
	buf_str(out, "{\"id\":");
	json_write_text(out, a->stamp.id, strlen(a->stamp.id));
	buf_fmt(out,
	    ",\"object\":\"chat.completion\",\"created\":%" PRId64
	    ",\"model\":",
	    a->stamp.created_s);
	json_write_text(out, model, strlen(model));
	if (a->reader.model_version != NULL)
		buf_fmt(out, ",\"system_fingerprint\":\"fp_%08" PRIx32 "\"",
		    fingerprint(a->reader.model_version));
	buf_fmt(out, ",\"service_tier\":\"%s\"", chat_tier_used(a->req));
}

void
chat_whole_finish(struct chat_answer *a)
{
	if (!all_fitted(a)) {
		buf_fail(a->out);
		return;
	}

	write_head(a);
	buf_str(a->out, ",\"choices\":[");
	bool first = true;
	for (int i = 0; i < chat_answer_count(a); i++) {
		if (!chat_answer_has(a, i))
			continue;
		if (!first)
			buf_byte(a->out, ',');
		first = false;
		write_choice(a, i);
	}

	struct json_object *usage = usage_to_openai(&a->reader.usage);
	buf_str(a->out, "],\"usage\":");
	json_write(a->out, usage);
	buf_byte(a->out, '}');
	json_object_put(usage);
}
