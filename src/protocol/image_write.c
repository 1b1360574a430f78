/* OpenAI's answer to a request for pictures. */
#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "protocol/image_answer.h"

/* The words that OpenAI has for a format. */
static const char *
format_name(const char *mime)
{
	return text_starts(mime, "image/") ? mime + strlen("image/") : "png";
}

static void
write_member(struct buf *out, const char *name, const char *text)
{
	buf_fmt(out, "\"%s\":", name);
	json_write_text(out, text, strlen(text));
}

static void
write_usage(struct buf *out, const struct usage *u, int64_t shown)
{
	int64_t text = u->prompt > shown ? u->prompt - shown : 0;
	buf_fmt(out,
	    "\"usage\":{\"input_tokens\":%" PRId64
	    ",\"input_tokens_details\":{\"text_tokens\":%" PRId64
	    ",\"image_tokens\":%" PRId64 "},\"output_tokens\":%" PRId64
	    ",\"total_tokens\":%" PRId64 "}",
	    u->prompt, text, u->prompt - text, u->answer + u->thought,
	    u->total);
}

/*
 * Append the picture with what stands before it: its text is moved, and
 * nothing copied, where it is the first thing of the answer.
 */
static void
move_picture(struct buf *out, const struct buf *before, struct buf *base64)
{
	bool first = out->len == 0;
	if (!first)
		buf_join(out, before);
	buf_move(out, base64);
	if (first)
		buf_prepend(out, before->data, before->len);
}

/* Append "b64_json":"…" or "url":"…" behind what is in before. */
static void
write_picture(
    struct buf *out, struct buf *before, struct image_picture *p, bool as_url)
{
	if (p->url != NULL) {
		buf_join(out, before);
		write_member(out, "url", p->url);
		return;
	}
	if (as_url)
		buf_fmt(before, "\"url\":\"data:%s;base64,", p->mime);
	else
		buf_str(before, "\"b64_json\":\"");
	move_picture(out, before, &p->base64);
	buf_byte(out, '"');
}

/* --- one object ---------------------------------------------------------- */

/* The prompt is counted once, whatever it took; what was drawn in all. */
static struct usage
sum_usage(const struct image_answer *a, int64_t *shown)
{
	struct usage sum = {0};
	*shown = 0;
	for (int i = 0; i < a->n; i++) {
		struct usage next = a->of[i].usage;
		if (!next.known)
			continue;
		if (!sum.known)
			*shown = a->of[i].shown_tokens;
		usage_continue(&next, &sum);
		sum = next;
	}
	return sum;
}

static void
write_whole(struct image_answer *a, const struct image_request *req,
    int64_t created_s, struct buf *out)
{
	struct buf before;
	int64_t shown;
	const struct usage usage = sum_usage(a, &shown);
	buf_init(&before, BUF_SMALL);
	for (int i = 0; i < a->n; i++) {
		struct image_picture *p = &a->of[i];
		buf_reset(&before);
		if (i == 0)
			buf_fmt(&before, "{\"created\":%" PRId64 ",\"data\":[{",
			    created_s);
		else
			buf_str(&before, ",{");
		write_picture(out, &before, p, req->as_url);
		buf_byte(out, ',');
		write_member(out, "revised_prompt",
		    p->words != NULL ? p->words : req->prompt);
		buf_byte(out, '}');
	}
	buf_str(out, "],");
	write_member(out, "output_format", format_name(a->of[0].mime));
	if (usage.known) {
		buf_byte(out, ',');
		write_usage(out, &usage, shown);
	}
	buf_str(out, "}\n");
	buf_clear(&before);
}

/* --- events -------------------------------------------------------------- */

static const char *
or_auto(const char *word)
{
	return word == NULL ? "auto" : word;
}

static void
write_event(struct image_picture *p, const struct image_request *req,
    int64_t created_s, struct buf *out)
{
	const char *type =
	    req->edits ? "image_edit.completed" : "image_generation.completed";
	struct buf before;
	buf_init(&before, BUF_SMALL);
	buf_fmt(&before, "event: %s\ndata: {\"type\":\"%s\",", type, type);
	write_picture(out, &before, p, false);
	buf_fmt(out, ",\"created_at\":%" PRId64 ",", created_s);
	write_member(out, "size", or_auto(req->size));
	buf_byte(out, ',');
	write_member(out, "quality", or_auto(req->quality));
	buf_str(out, ",\"background\":\"auto\",");
	write_member(out, "output_format", format_name(p->mime));
	buf_byte(out, ',');
	write_usage(out, &p->usage, p->shown_tokens);
	buf_str(out, "}\n\n");
	buf_clear(&before);
}

void
image_answer_write(struct image_answer *a, const struct image_request *req,
    int64_t created_s, struct buf *out)
{
	if (!req->stream) {
		write_whole(a, req, created_s, out);
		return;
	}
	for (int i = 0; i < a->n; i++)
		write_event(&a->of[i], req, created_s, out);
}
