/* Growing byte buffers with a ceiling and a sticky error. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
buf_init(struct buf *b, size_t max)
{
	/* A quarter of all memory, so that sums and doubling cannot overflow.
	 */
	if (max > SIZE_MAX / 4)
		max = SIZE_MAX / 4;
	*b = (struct buf){.max = max};
}

void
buf_clear(struct buf *b)
{
	free(b->data);
	buf_init(b, b->max);
}

void
buf_reset(struct buf *b)
{
	if (b->cap > BUF_SMALL) {
		buf_clear(b);
		return;
	}
	b->len = 0;
	b->failed = false;
	if (b->data != NULL)
		b->data[0] = '\0';
}

bool
buf_ok(const struct buf *b)
{
	return !b->failed;
}

const char *
buf_cstr(const struct buf *b)
{
	return b->failed || b->data == NULL ? "" : b->data;
}

void
buf_fail(struct buf *b)
{
	b->failed = true;
	b->len = 0;
}

/* Make room for len more bytes and the NUL; doubling keeps appends cheap. */
static bool
reserve(struct buf *b, size_t len)
{
	if (b->failed)
		return false;
	if (len > b->max || b->len > b->max - len) {
		buf_fail(b);
		return false;
	}

	size_t need = b->len + len + 1;
	if (need <= b->cap)
		return true;

	size_t cap = b->cap < 256 ? 256 : b->cap;
	while (cap < need)
		cap *= 2;
	if (cap > b->max + 1)
		cap = b->max + 1;
	char *data = realloc(b->data, cap);
	if (data == NULL) {
		buf_fail(b);
		return false;
	}
	b->data = data;
	b->cap = cap;
	return true;
}

void
buf_add(struct buf *b, const void *bytes, size_t len)
{
	if (!reserve(b, len))
		return;
	if (len > 0)
		memcpy(b->data + b->len, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void
buf_join(struct buf *b, const struct buf *other)
{
	if (other->failed)
		buf_fail(b);
	else
		buf_add(b, other->data, other->len);
}

void
buf_str(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_byte(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_fmt(struct buf *b, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	buf_vfmt(b, format, args);
	va_end(args);
}

void
buf_vfmt(struct buf *b, const char *format, va_list args)
{
	va_list again;
	va_copy(again, args);
	int need = vsnprintf(NULL, 0, format, args);

	if (need < 0)
		buf_fail(b);
	else if (reserve(b, (size_t)need)) {
		vsnprintf(b->data + b->len, (size_t)need + 1, format, again);
		b->len += (size_t)need;
	}
	va_end(again);
}

void
buf_drop(struct buf *b, size_t n)
{
	if (n >= b->len) {
		b->len = 0;
	} else {
		memmove(b->data, b->data + n, b->len - n);
		b->len -= n;
	}
	if (b->data != NULL)
		b->data[b->len] = '\0';
}

void
buf_keep(struct buf *b, size_t at, size_t len)
{
	buf_drop(b, at);
	if (b->data == NULL)
		return;
	if (len < b->len)
		b->len = len;
	b->data[b->len] = '\0';
	char *data = realloc(b->data, b->len + 1);
	if (data == NULL)
		return;
	b->data = data;
	b->cap = b->len + 1;
}

void
buf_prepend(struct buf *b, const void *bytes, size_t len)
{
	if (len == 0 || !reserve(b, len))
		return;
	memmove(b->data + len, b->data, b->len);
	memcpy(b->data, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void
buf_move(struct buf *b, struct buf *other)
{
	bool fits =
	    b->len == 0 && !b->failed && !other->failed && other->len <= b->max;
	if (fits) {
		struct buf old = *b;
		*b = *other;
		b->max = old.max;
		old.max = other->max;
		*other = old;
	} else {
		buf_join(b, other);
	}
	buf_clear(other);
}

char *
buf_take(struct buf *b)
{
	buf_add(b, "", 0);
	if (b->failed) {
		buf_clear(b);
		return NULL;
	}
	char *data = b->data;
	buf_init(b, b->max);
	return data;
}
