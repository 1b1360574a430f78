/* Cutting a byte stream into the data of its server-sent events. */
#include "protocol/sse.h"

#include <string.h>

static const char FIELD[] = "data";

/* "data:" and its blank: what a line may hold besides the data. */
#define FIELD_ROOM 8

/* What a line of the stream is; for a data line, where its value starts. */
enum line_kind { LINE_BLANK, LINE_DATA, LINE_OTHER };

static enum line_kind
line_kind(const char *line, size_t len, size_t *value)
{
	const size_t n = sizeof(FIELD) - 1;

	if (len == 0)
		return LINE_BLANK;
	if (len < n || memcmp(line, FIELD, n) != 0)
		return LINE_OTHER;

	/* A field without a colon has an empty value. */
	*value = n;
	if (len == n)
		return LINE_DATA;
	if (line[n] != ':')
		return LINE_OTHER;
	*value = n + 1 < len && line[n + 1] == ' ' ? n + 2 : n + 1;
	return LINE_DATA;
}

void
sse_init(struct sse_parser *p, size_t max)
{
	*p = (struct sse_parser){0};
	buf_init(&p->line, max + FIELD_ROOM);
	buf_init(&p->data, max);
}

void
sse_clear(struct sse_parser *p)
{
	buf_clear(&p->line);
	buf_clear(&p->data);
	p->has_data = false;
	p->after_cr = false;
}

/* The blank line: give the event, if there is one, and forget it. */
static bool
give_event(struct sse_parser *p, sse_fn *fn, void *ctx)
{
	bool ok = true;
	if (p->has_data && p->data.len > 0)
		ok = fn(ctx, p->data.data, p->data.len);
	buf_reset(&p->data);
	p->has_data = false;
	return ok;
}

static bool
add_data(struct sse_parser *p, const char *value, size_t len)
{
	if (p->has_data)
		buf_byte(&p->data, '\n');
	buf_add(&p->data, value, len);
	p->has_data = true;
	return buf_ok(&p->data);
}

/* A long line that came in pieces becomes the data as it is, so that a large
 * event is held in memory only once. */
static bool
move_line(struct sse_parser *p, size_t value)
{
	size_t max = p->data.max;
	if (p->line.len - value > max)
		return false;

	struct buf line = p->line;
	p->line = p->data;
	p->line.max = line.max;
	p->data = line;
	buf_drop(&p->data, value);
	p->data.max = max;
	p->has_data = true;
	return true;
}

/* A whole line that was found in the input. */
static bool
take_line(
    struct sse_parser *p, const char *line, size_t len, sse_fn *fn, void *ctx)
{
	size_t value = 0;
	switch (line_kind(line, len, &value)) {
	case LINE_BLANK:
		return give_event(p, fn, ctx);
	case LINE_DATA:
		return add_data(p, line + value, len - value);
	default:
		return true;
	}
}

/* The line that was waiting for its end. */
static bool
take_waiting_line(struct sse_parser *p, sse_fn *fn, void *ctx)
{
	size_t value = 0;
	const char *line = buf_cstr(&p->line);
	bool ok;

	if (!p->has_data && p->line.len > BUF_SMALL &&
	    line_kind(line, p->line.len, &value) == LINE_DATA)
		ok = move_line(p, value);
	else
		ok = take_line(p, line, p->line.len, fn, ctx);
	buf_reset(&p->line);
	return ok;
}

/* Where the next byte c is at or after from; len if there is none. */
static size_t
find(const char *bytes, size_t from, size_t len, char c)
{
	const char *at = memchr(bytes + from, c, len - from);
	return at == NULL ? len : (size_t)(at - bytes);
}

bool
sse_feed(
    struct sse_parser *p, const char *bytes, size_t len, sse_fn *fn, void *ctx)
{
	if (len == 0)
		return true;

	size_t pos = 0;
	if (p->after_cr && bytes[0] == '\n')
		pos = 1;
	p->after_cr = false;

	/* Each mark is looked for again only once it has been passed: the
	 * input is scanned twice in all, however short its lines are. */
	size_t lf = find(bytes, pos, len, '\n');
	size_t cr = find(bytes, pos, len, '\r');
	while (lf < len || cr < len) {
		size_t end = lf < cr ? lf : cr;
		bool ok;

		/* A long line is refused in one piece as in several. */
		if (p->line.len == 0) {
			ok = end - pos <= p->line.max &&
			    take_line(p, bytes + pos, end - pos, fn, ctx);
		} else {
			buf_add(&p->line, bytes + pos, end - pos);
			ok = buf_ok(&p->line) && take_waiting_line(p, fn, ctx);
		}
		if (!ok)
			return false;

		pos = end + 1;
		if (end == cr && lf == pos && lf < len)
			pos++;
		else if (end == cr && pos == len)
			p->after_cr = true;
		if (lf < pos)
			lf = find(bytes, pos, len, '\n');
		if (cr < pos)
			cr = find(bytes, pos, len, '\r');
	}

	buf_add(&p->line, bytes + pos, len - pos);
	return buf_ok(&p->line);
}

bool
sse_end(struct sse_parser *p, sse_fn *fn, void *ctx)
{
	if (p->line.len > 0 && !take_waiting_line(p, fn, ctx))
		return false;
	return give_event(p, fn, ctx);
}
