/* Text of our own in the content of an answer. */
#include "protocol/chat_insert.h"

#include <string.h>

#include "protocol/chat_links.h"
#include "protocol/chat_stream.h"

static void
insert(struct chat_answer *a, int i, const char *text, size_t len)
{
	insertions_add(
	    &a->choices[i].ours, a->reader.choices[i].text_bytes, text, len);
	if (a->req->stream)
		chat_stream_text(a, i, text, len);
}

void
chat_insert_thought(struct chat_answer *a, const struct delta *d)
{
	struct chat_choice *c = &a->choices[d->choice];
	if (c->in_thought) {
		insert(a, d->choice, d->text, d->len);
		return;
	}
	struct buf text;
	buf_init(&text, BUF_LARGE);
	buf_str(&text, "<thought>");
	buf_add(&text, d->text, d->len);
	insert(a, d->choice, buf_cstr(&text), text.len);
	buf_clear(&text);
	c->in_thought = true;
}

void
chat_insert_end_thought(struct chat_answer *a, int i)
{
	static const char tag[] = "</thought>";
	if (a->choices[i].in_thought)
		insert(a, i, tag, sizeof(tag) - 1);
	a->choices[i].in_thought = false;
}

static bool
is_plain_char(char c)
{
	switch (c) {
	case '(':
	case ')':
	case '<':
	case '>':
	case '"':
	case '\\':
		return false;
	default:
		return c > ' ' && c < 0x7f;
	}
}

/* True if the text can stand between parentheses as it is. */
static bool
is_plain(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_plain_char(text[i]))
			return false;
	return true;
}

void
chat_insert_image(struct chat_answer *a, const struct delta *d)
{
	struct buf text;
	bool linked = a->address.len > 0;
	if (!linked &&
	    (!is_plain(d->mime, strlen(d->mime)) || !is_plain(d->text, d->len)))
		return;
	buf_init(&text, BUF_LARGE);
	buf_str(&text, "\n\n![image](");
	if (linked) {
		buf_join(&text, &a->address);
	} else {
		buf_fmt(&text, "data:%s;base64,", d->mime);
		buf_add(&text, d->text, d->len);
	}
	buf_str(&text, ")\n\n");
	insert(a, d->choice, buf_cstr(&text), text.len);
	buf_clear(&text);
}

void
chat_insert_links(struct chat_answer *a, int i)
{
	const struct gemini_choice *g = &a->reader.choices[i];
	struct buf text;
	if (!a->req->search_links || g->calls > 0 || g->text_bytes == 0)
		return;
	buf_init(&text, BUF_LARGE);
	if (chat_links_write(a->choices[i].grounding, &text) > 0)
		insert(a, i, buf_cstr(&text), text.len);
	buf_clear(&text);
}
