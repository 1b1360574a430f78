/* Joining surrogate halves that arrive in different events. */
#include "protocol/surrogate.h"

#include <string.h>

#include "base/json.h"

#define MARK_FIRST 0x10f800u
#define MARK_LAST 0x10ffffu
#define HALF_FIRST 0xd800u
#define LOW_FIRST 0xdc00u
#define HALF_LAST 0xdfffu

/* U+10F800..U+10FFFF in UTF-8: f4 8f, a0..bf, 80..bf. */
#define MARK_SIZE 4
#define MARK_BYTE 0xf4

#define ESCAPE_SIZE 6 /* \ud83d */

#define REPLACEMENT "\xef\xbf\xbd"

static bool
is_high(unsigned half)
{
	return half >= HALF_FIRST && half < LOW_FIRST;
}

static bool
is_low(unsigned half)
{
	return half >= LOW_FIRST && half <= HALF_LAST;
}

static unsigned
join(unsigned high, unsigned low)
{
	return 0x10000 + ((high - HALF_FIRST) << 10) + (low - LOW_FIRST);
}

/* A code point beyond the first plane. */
static void
add_code_point(struct buf *out, unsigned c)
{
	const char bytes[] = {(char)(0xf0 | c >> 18),
	    (char)(0x80 | (c >> 12 & 0x3f)), (char)(0x80 | (c >> 6 & 0x3f)),
	    (char)(0x80 | (c & 0x3f))};
	buf_add(out, bytes, sizeof(bytes));
}

static void
add_mark(struct buf *out, unsigned half)
{
	add_code_point(out, MARK_FIRST + (half - HALF_FIRST));
}

/* The code point of a mark at p, or 0 if there is none. */
static unsigned
mark_at(const char *p, const char *end)
{
	const unsigned char *b = (const unsigned char *)p;
	if (end - p < MARK_SIZE || b[0] != MARK_BYTE || b[1] != 0x8f ||
	    b[2] < 0xa0 || b[2] > 0xbf || (b[3] & 0xc0) != 0x80)
		return 0;
	return 0x10f000u | (b[2] & 0x3fu) << 6 | (b[3] & 0x3fu);
}

/* The next mark in the bytes; end if there is none. */
static const char *
find_mark(const char *p, const char *end)
{
	while (p < end) {
		const char *at = memchr(p, MARK_BYTE, (size_t)(end - p));
		if (at == NULL)
			return end;
		if (mark_at(at, end) != 0)
			return at;
		p = at + 1;
	}
	return end;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The half that an escape at p stands for, or 0 if it is none. */
static unsigned
half_at(const char *p, const char *end)
{
	if (end - p < ESCAPE_SIZE || p[0] != '\\' || p[1] != 'u' ||
	    (p[2] != 'd' && p[2] != 'D'))
		return 0;

	unsigned value = 0;
	for (int i = 2; i < ESCAPE_SIZE; i++) {
		int digit = hex_digit(p[i]);
		if (digit < 0)
			return 0;
		value = value << 4 | (unsigned)digit;
	}
	return value >= HALF_FIRST ? value : 0;
}

/* The next escape of a half; end if there is none. Other escapes are passed
 * over whole, so that \\ud83d is not taken for one. */
static const char *
find_half(const char *p, const char *end)
{
	while (p < end) {
		const char *at = memchr(p, '\\', (size_t)(end - p));
		if (at == NULL || end - at < ESCAPE_SIZE)
			return end;
		if (half_at(at, end) != 0)
			return at;
		p = at + 2;
	}
	return end;
}

/* A code point of the marks' own range, as its halves. */
static void
add_own(struct buf *out, unsigned c)
{
	add_mark(out, HALF_FIRST + ((c - 0x10000) >> 10));
	add_mark(out, LOW_FIRST + ((c - 0x10000) & 0x3ff));
}

/* The escape at p; the number of bytes that were dealt with. A whole pair
 * is left to the parser, unless it stands for one of the marks. */
static size_t
mark_escape(const char *p, const char *end, struct buf *marked)
{
	unsigned half = half_at(p, end);
	unsigned next = is_high(half) ? half_at(p + ESCAPE_SIZE, end) : 0;

	if (!is_low(next)) {
		add_mark(marked, half);
		return ESCAPE_SIZE;
	}
	if (join(half, next) >= MARK_FIRST)
		add_own(marked, join(half, next));
	else
		buf_add(marked, p, 2 * ESCAPE_SIZE);
	return 2 * ESCAPE_SIZE;
}

bool
surrogate_mark(const char *json, size_t len, struct buf *marked)
{
	const char *end = json + len;
	const char *half = len > 0 ? find_half(json, end) : end;
	const char *mark = len > 0 ? find_mark(json, end) : end;
	if (half == end && mark == end)
		return false;

	const char *p = json;
	while (half < end || mark < end) {
		const char *next = half < mark ? half : mark;
		buf_add(marked, p, (size_t)(next - p));
		if (next == half) {
			p = next + mark_escape(next, end, marked);
			half = find_half(p, end);
		} else {
			add_own(marked, mark_at(next, end));
			p = next + MARK_SIZE;
			mark = find_mark(p, end);
		}
	}
	buf_add(marked, p, (size_t)(end - p));
	return true;
}

struct json_object *
surrogate_parse(const char *json, size_t len, const char **why)
{
	static const char *const media[] = {"data", "bytesBase64Encoded", NULL};
	struct buf marked;
	struct json_object *o;

	buf_init(&marked, BUF_LARGE);
	if (!surrogate_mark(json, len, &marked))
		o = json_parse_in_place(json, len, media, why);
	else if (buf_ok(&marked))
		o = json_parse(marked.data, marked.len, why);
	else {
		if (why != NULL)
			*why = "out of memory";
		o = NULL;
	}
	buf_clear(&marked);
	return o;
}

bool
surrogate_touches(const struct surrogate *s, const char *text, size_t len)
{
	return len > 0 &&
	    (s->held != 0 || find_mark(text, text + len) < text + len);
}

/* What was held did not find its other half. */
static void
drop_held(struct surrogate *s, struct buf *out)
{
	if (s->held != 0)
		buf_str(out, REPLACEMENT);
	s->held = 0;
}

static void
join_half(struct surrogate *s, unsigned half, struct buf *out)
{
	if (is_high(half)) {
		drop_held(s, out);
		s->held = (uint16_t)half;
	} else if (s->held != 0) {
		add_code_point(out, join(s->held, half));
		s->held = 0;
	} else {
		buf_str(out, REPLACEMENT);
	}
}

void
surrogate_join(
    struct surrogate *s, const char *text, size_t len, struct buf *out)
{
	const char *p = text, *end = text + len;
	while (p < end) {
		const char *mark = find_mark(p, end);
		if (mark > p) {
			drop_held(s, out);
			buf_add(out, p, (size_t)(mark - p));
		}
		if (mark == end)
			return;
		join_half(
		    s, HALF_FIRST + (mark_at(mark, end) - MARK_FIRST), out);
		p = mark + MARK_SIZE;
	}
}

void
surrogate_end(struct surrogate *s, struct buf *out)
{
	drop_held(s, out);
}

void
surrogate_clean(const char *text, size_t len, struct buf *out)
{
	struct surrogate alone = {0};
	surrogate_join(&alone, text, len, out);
	surrogate_end(&alone, out);
}
