/* Cutting a JSON array that arrives in pieces into its objects. */
#include "protocol/json_array.h"

#include <string.h>

void
json_array_init(struct json_array *a, size_t max)
{
	*a = (struct json_array){0};
	buf_init(&a->element, max);
}

void
json_array_clear(struct json_array *a)
{
	struct buf element = a->element;
	buf_clear(&element);
	*a = (struct json_array){.element = element};
}

static bool
is_white(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* One byte between elements; false if it has no business there. */
static bool
step_outside(struct json_array *a, char c)
{
	if (is_white(c))
		return true;
	if (a->closed)
		return false;
	switch (c) {
	case '{':
		a->depth = 1;
		return true;
	case '[':
		if (a->opened)
			return false;
		a->opened = true;
		return true;
	case ',':
		return a->opened;
	case ']':
		a->closed = true;
		return a->opened;
	default:
		return false;
	}
}

/* How far the element goes in the bytes: up to len, or behind the brace
 * that closes it (depth is 0 then). */
static size_t
skip_inside(struct json_array *a, const char *bytes, size_t pos, size_t len)
{
	for (; pos < len; pos++) {
		char c = bytes[pos];
		if (a->escaped) {
			a->escaped = false;
		} else if (a->in_text) {
			if (c == '\\')
				a->escaped = true;
			else if (c == '"')
				a->in_text = false;
		} else if (c == '"') {
			a->in_text = true;
		} else if (c == '{' || c == '[') {
			a->depth++;
		} else if ((c == '}' || c == ']') && --a->depth == 0) {
			return pos + 1;
		}
	}
	return pos;
}

/* The element's last bytes are here: give it, from the input itself if all
 * of it is there. */
static bool
give_element(struct json_array *a, const char *tail, size_t len,
    json_array_fn *fn, void *ctx)
{
	bool ok;

	if (!a->opened)
		a->closed = true;
	if (a->element.len == 0)
		return len <= a->element.max && fn(ctx, tail, len);
	buf_add(&a->element, tail, len);
	ok = buf_ok(&a->element) && fn(ctx, a->element.data, a->element.len);
	buf_reset(&a->element);
	return ok;
}

bool
json_array_feed(struct json_array *a, const char *bytes, size_t len,
    json_array_fn *fn, void *ctx)
{
	size_t pos = 0;
	while (pos < len) {
		size_t start = pos;
		if (a->depth == 0) {
			if (!step_outside(a, bytes[pos++]))
				return false;
			if (a->depth == 0)
				continue;
		}

		pos = skip_inside(a, bytes, pos, len);
		if (a->depth > 0) {
			buf_add(&a->element, bytes + start, pos - start);
			return buf_ok(&a->element);
		}
		if (!give_element(a, bytes + start, pos - start, fn, ctx))
			return false;
	}
	return true;
}

bool
json_array_ended(const struct json_array *a)
{
	return a->closed;
}
