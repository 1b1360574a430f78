/* Text of our own between the texts of Gemini's. */
#include "protocol/insertions.h"

#include <stdlib.h>

#include "base/text.h"

void
insertions_keep(struct insertions *in, size_t max)
{
	in->keeps = true;
	buf_init(&in->text, max);
}

void
insertions_clear(struct insertions *in)
{
	free(in->list);
	buf_clear(&in->text);
	*in = (struct insertions){0};
}

/* The room doubles whenever their number is a power of two and fills it. */
static struct insertion *
add_place(struct insertions *in, size_t at)
{
	if ((in->n & (in->n - 1)) == 0) {
		size_t room = in->n == 0 ? 1 : 2 * in->n;
		struct insertion *list =
		    realloc(in->list, room * sizeof(*list));
		if (list == NULL) {
			in->failed = true;
			return NULL;
		}
		in->list = list;
	}
	size_t before = in->n == 0 ? 0 : in->list[in->n - 1].points;
	in->list[in->n] = (struct insertion){.at = at, .points = before};
	return &in->list[in->n++];
}

void
insertions_add(struct insertions *in, size_t at, const char *text, size_t len)
{
	/* Thoughts come in many pieces: they are one insertion. */
	struct insertion *last = in->n == 0 ? NULL : &in->list[in->n - 1];
	if (last == NULL || last->at != at)
		last = add_place(in, at);
	if (last == NULL)
		return;
	last->len += len;
	last->points += text_points(text, len);
	if (in->keeps)
		buf_add(&in->text, text, len);
}

size_t
insertions_before(const struct insertions *in, size_t at, bool there)
{
	/* How many stand before it. */
	size_t low = 0, high = in == NULL ? 0 : in->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		size_t place = in->list[middle].at;
		if (place < at || (there && place == at))
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 ? 0 : in->list[low - 1].points;
}

bool
insertions_ok(const struct insertions *in)
{
	return !in->failed && (!in->keeps || buf_ok(&in->text));
}

void
insertions_join(
    const struct insertions *in, const char *text, size_t len, struct buf *out)
{
	const char *ours = buf_cstr(&in->text);
	size_t from = 0;
	for (size_t i = 0; i < in->n; i++) {
		size_t at = in->list[i].at < len ? in->list[i].at : len;
		buf_add(out, text + from, at - from);
		buf_add(out, ours, in->list[i].len);
		ours += in->list[i].len;
		from = at;
	}
	buf_add(out, text + from, len - from);
}
