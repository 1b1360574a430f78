/* Growing byte buffers and the JSON string writer. */
#include "buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mem.h"

void
buf_clear(struct buf *b)
{
	free(b->at);
	b->at = NULL;
	b->len = 0;
	b->room = 0;
}

void
buf_empty(struct buf *b)
{
	b->len = 0;
	if (b->at != NULL)
		b->at[0] = '\0';
}

void
buf_reserve(struct buf *b, size_t more)
{
	size_t room = b->room > 0 ? b->room : 256;

	/* One byte is kept for the NUL. */
	while (room - b->len <= more)
		room *= 2;
	if (room != b->room || b->at == NULL) {
		b->at = mem_grow(b->at, room);
		b->room = room;
	}
}

void
buf_drop(struct buf *b, size_t n)
{
	if (n == 0)
		return;
	b->len -= n;
	memmove(b->at, b->at + n, b->len);
	b->at[b->len] = '\0';
}

const char *
buf_str(const struct buf *b)
{
	return b->at != NULL ? b->at : "";
}

void
buf_add(struct buf *b, const void *bytes, size_t n)
{
	buf_reserve(b, n);
	if (n > 0)
		memcpy(b->at + b->len, bytes, n);
	b->len += n;
	b->at[b->len] = '\0';
}

void
buf_text(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;
	int n;

	/* Nearly always it fits at once; the second try knows the length. */
	buf_reserve(b, 128);
	va_start(args, format);
	n = vsnprintf(b->at + b->len, b->room - b->len, format, args);
	va_end(args);
	if (n >= 0 && (size_t)n >= b->room - b->len) {
		buf_reserve(b, (size_t)n);
		va_start(args, format);
		n = vsnprintf(b->at + b->len, b->room - b->len, format, args);
		va_end(args);
	}
	if (n > 0)
		b->len += (size_t)n;
	b->at[b->len] = '\0';
}

void
buf_decimal(struct buf *b, long long n)
{
	char digits[24];
	size_t i = sizeof(digits);

	do {
		digits[--i] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	buf_add(b, digits + i, sizeof(digits) - i);
}

/* The length of the well-formed UTF-8 sequence at s, or 0. */
static size_t
buf_utf8(const unsigned char *s, size_t left)
{
	size_t n;

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		n = 2;
	else if (s[0] >= 0xe0 && s[0] <= 0xef)
		n = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		n = 4;
	else
		return 0;
	if (left < n)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;

	/* Overlong forms, surrogates, and what lies above U+10FFFF. */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

/* How many bytes at s need no escape and are well-formed. */
static size_t
buf_plain(const unsigned char *s, size_t left)
{
	size_t n = 0;

	while (n < left) {
		unsigned char c = s[n];
		size_t step;

		if (c < 0x20 || c == '"' || c == '\\' || c == '<' || c == '>' ||
		    c == '&' || c == '\'')
			break;
		step = buf_utf8(s + n, left - n);
		if (step == 0)
			break;
		n += step;
	}
	return n;
}

static void
buf_escape(struct buf *b, unsigned char c)
{
	switch (c) {
	case '"':
		buf_add(b, "\\\"", 2);
		break;
	case '\\':
		buf_add(b, "\\\\", 2);
		break;
	case '\n':
		buf_add(b, "\\n", 2);
		break;
	case '\r':
		buf_add(b, "\\r", 2);
		break;
	case '\t':
		buf_add(b, "\\t", 2);
		break;
	default:
		if (c < 0x80)
			buf_printf(b, "\\u%04x", c);
		else
			buf_text(b, "\xef\xbf\xbd");
	}
}

void
buf_json(struct buf *b, const char *bytes, size_t n)
{
	const unsigned char *s = (const unsigned char *)bytes;
	size_t i = 0;

	buf_add(b, "\"", 1);
	while (i < n) {
		size_t plain = buf_plain(s + i, n - i);

		buf_add(b, s + i, plain);
		i += plain;
		if (i < n)
			buf_escape(b, s[i++]);
	}
	buf_add(b, "\"", 1);
}

struct span
buf_span(const struct buf *b)
{
	return (struct span){buf_str(b), b->len};
}

bool
buf_is(struct span s, const char *text)
{
	return s.len == strlen(text) && memcmp(s.at, text, s.len) == 0;
}

bool
buf_is_nocase(struct span s, const char *text)
{
	return s.len == strlen(text) && strncasecmp(s.at, text, s.len) == 0;
}

bool
buf_number(struct span s, long long most, long long *number)
{
	long long n = 0;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		int digit = s.at[i] - '0';

		if (digit < 0 || digit > 9 || n > (most - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*number = n;
	return true;
}
