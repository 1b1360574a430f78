/* Tests of the SSE parser: line ends, fields, cuts, ceilings. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "protocol/sse.h"

#define MAX ((size_t)16 * 1024 * 1024)

/* Joins the events with '|'. */
static bool
note(void *ctx, const char *data, size_t len)
{
	struct buf *log = ctx;
	if (log->len > 0)
		buf_byte(log, '|');
	buf_add(log, data, len);
	return true;
}

static bool
refuse(void *ctx, const char *data, size_t len)
{
	(void)data;
	(void)len;
	(*(int *)ctx)++;
	return false;
}

/* Feed the text in pieces of n bytes, each in memory of its own size. */
static bool
feed(struct sse_parser *p, const char *text, size_t len, size_t n,
    struct buf *log)
{
	bool ok = true;
	for (size_t at = 0; at < len && ok; at += n) {
		size_t size = len - at < n ? len - at : n;
		char *piece = malloc(size);
		memcpy(piece, text + at, size);
		ok = sse_feed(p, piece, size, note, log);
		free(piece);
	}
	return ok;
}

static const struct {
	const char *name, *text, *events;
} rows[] = {
    {"nothing", "", ""},
    {"one event", "data: a\n\n", "a"},
    {"crlf", "data: a\r\n\r\ndata: b\r\n\r\n", "a|b"},
    {"cr", "data: a\r\rdata: b\r\r", "a|b"},
    {"mixed ends", "data: a\r\n\ndata: b\n\r\ndata: c\r\n\r", "a|b|c"},
    {"no blank after the colon", "data:a\n\n", "a"},
    {"only one blank is taken", "data:  a\n\n", " a"},
    {"several lines", "data: a\ndata: b\n\n", "a\nb"},
    {"several lines, crlf", "data: a\r\ndata: b\r\n\r\n", "a\nb"},
    {"several lines, cr", "data: a\rdata: b\r\r", "a\nb"},
    {"an empty line of data in between", "data: a\ndata\ndata:b\n\n", "a\n\nb"},
    {"empty data is no event", "data:\n\ndata\n\ndata: a\n\n", "a"},
    {"comments and other fields",
	": hi\nevent: x\nid: 7\nretry: 1\ndata: a\n:\n\n", "a"},
    {"a longer field name", "database: a\n\ndatab\n\n", ""},
    {"a shorter field name", "dat: a\n\n", ""},
    {"no blank line at the end", "data: a\n\ndata: b\n", "a|b"},
    {"no line end at the end", "data: a\n\ndata: b", "a|b"},
    {"blank lines alone", "\n\r\n\r\r\n\n", ""},
    {"colons in the data", "data: a: b:c\n\n", "a: b:c"},
    {"utf-8", "data: h\xc3\xa9\n\n", "h\xc3\xa9"},
};

static void
test_rows(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		for (size_t n = 1; n < 40; n++) {
			struct sse_parser p;
			struct buf log;
			sse_init(&p, MAX);
			buf_init(&log, MAX);
			size_t len = strlen(rows[i].text);
			UNIT_ROW(
			    feed(&p, rows[i].text, len, n, &log), rows[i].name);
			UNIT_ROW(sse_end(&p, note, &log), rows[i].name);
			UNIT_ROW(unit_same(buf_cstr(&log), rows[i].events) == 1,
			    rows[i].name);
			sse_clear(&p);
			buf_clear(&log);
		}
}

/* An event of exactly the ceiling passes, one byte more does not; it makes
 * no difference how it is cut or over how many lines it goes. */
static void
test_ceiling(void)
{
	static const struct {
		const char *name, *text;
		bool ok;
	} limits[] = {
	    {"just fits", "data: 12345678\n\n", true},
	    {"one too long", "data: 123456789\n\n", false},
	    {"lines that fit", "data: 1234\ndata: 567\n\n", true},
	    {"lines too long", "data: 1234\ndata: 5678\n\n", false},
	    {"a comment that goes on and on", ":23456789012345678901234567890",
		false},
	    {"a comment that ends", ":23456789012345678901234567890\n\n",
		false},
	};
	for (size_t i = 0; i < COUNT_OF(limits); i++)
		for (size_t n = 1; n < 40; n++) {
			struct sse_parser p;
			struct buf log;
			sse_init(&p, 8);
			buf_init(&log, MAX);
			bool ok = feed(&p, limits[i].text,
			    strlen(limits[i].text), n, &log);
			UNIT_ROW(ok == limits[i].ok, limits[i].name);
			sse_clear(&p);
			buf_clear(&log);
		}
}

static void
test_refusal(void)
{
	const char text[] = "data: a\n\ndata: b\n\n";
	struct sse_parser p;
	int calls = 0;
	sse_init(&p, MAX);
	CU_ASSERT(!sse_feed(&p, text, sizeof(text) - 1, refuse, &calls));
	CU_ASSERT_EQUAL(calls, 1);
	sse_clear(&p);

	calls = 0;
	CU_ASSERT(sse_feed(&p, "data: a", 7, refuse, &calls));
	CU_ASSERT(!sse_end(&p, refuse, &calls));
	CU_ASSERT_EQUAL(calls, 1);
	sse_clear(&p);
}

/* Eight megabytes on one line in reads of 16 kB come out whole, and the
 * memory is given back after the event. */
static void
test_large_event(void)
{
	const size_t len = 8 * 1024 * 1024;
	struct buf text, log;
	struct sse_parser p;
	buf_init(&text, MAX);
	buf_init(&log, MAX);
	sse_init(&p, len);
	buf_str(&text, "data: ");
	for (size_t i = 0; i < len; i++)
		buf_byte(&text, (char)('a' + i % 23));
	buf_str(&text, "\r\n\r\ndata: b\r\n\r\n");

	CU_ASSERT(feed(&p, text.data, text.len, 16384, &log));
	CU_ASSERT_EQUAL(log.len, len + 2);
	CU_ASSERT(memcmp(log.data, text.data + 6, len) == 0);
	CU_ASSERT(memcmp(log.data + len, "|b", 2) == 0);
	CU_ASSERT(p.data.cap <= BUF_SMALL && p.line.cap <= BUF_SMALL);

	/* The ceiling still stands after its buffers changed places: one
	 * byte more, in the shortest form of the field, is too much. */
	CU_ASSERT_EQUAL(p.data.max, len);
	CU_ASSERT(p.line.max > len);
	buf_reset(&log);
	buf_reset(&text);
	buf_str(&text, "data:");
	for (size_t i = 0; i < len + 1; i++)
		buf_byte(&text, 'a');
	buf_str(&text, "\n\n");
	CU_ASSERT(!feed(&p, text.data, text.len, 16384, &log));
	sse_clear(&p);
	buf_clear(&text);
	buf_clear(&log);
}

/* Millions of the shortest lines in one read take no time to speak of. */
static void
test_short_lines(void)
{
	static const char *const ends[] = {"\n", "\r", "\r\n"};
	for (size_t k = 0; k < COUNT_OF(ends); k++) {
		struct buf text, log;
		struct sse_parser p;
		buf_init(&text, MAX);
		buf_init(&log, MAX);
		sse_init(&p, MAX);
		for (int i = 0; i < 2000000; i++) {
			buf_byte(&text, ':');
			buf_str(&text, ends[k]);
		}
		CU_ASSERT(sse_feed(&p, text.data, text.len, note, &log));
		CU_ASSERT_EQUAL(log.len, 0);
		sse_clear(&p);
		buf_clear(&text);
		buf_clear(&log);
	}
}

static CU_TestInfo tests[] = {
    {"lines, fields and ends, in every cut", test_rows},
    {"the ceiling of an event", test_ceiling},
    {"a caller that refuses", test_refusal},
    {"a large event in pieces", test_large_event},
    {"very many short lines", test_short_lines},
    CU_TEST_INFO_NULL,
};

struct unit_suite sse_suite = {"protocol/sse", tests};
