/* Tests of the cutting of JSON arrays. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "protocol/json_array.h"

#define MAX ((size_t)16 * 1024 * 1024)

/* Joins the elements with '|'. */
static bool
note(void *ctx, const char *text, size_t len)
{
	struct buf *log = ctx;
	if (log->len > 0)
		buf_byte(log, '|');
	buf_add(log, text, len);
	return true;
}

static bool
refuse(void *ctx, const char *text, size_t len)
{
	(void)ctx;
	(void)text;
	(void)len;
	return false;
}

static bool
feed(struct json_array *a, const char *text, size_t len, size_t n,
    struct buf *log)
{
	bool ok = true;
	for (size_t at = 0; at < len && ok; at += n) {
		size_t size = len - at < n ? len - at : n;
		char *piece = malloc(size);
		memcpy(piece, text + at, size);
		ok = json_array_feed(a, piece, size, note, log);
		free(piece);
	}
	return ok;
}

static const struct {
	const char *name, *text, *elements;
	bool ok, ended;
} rows[] = {
    {"nothing", "", "", true, false},
    {"an empty array", " [ ]\n", "", true, true},
    {"one element", "[{\"a\":1}]", "{\"a\":1}", true, true},
    {"Google's line ends", "[{\"a\":1}\r\n,{\"b\":2}\r\n]\r\n",
	"{\"a\":1}|{\"b\":2}", true, true},
    {"one bare object", "\n{\"a\":[1,{}]} \n", "{\"a\":[1,{}]}", true, true},
    {"nesting", "[{\"a\":{\"b\":[{},[]]}},{}]", "{\"a\":{\"b\":[{},[]]}}|{}",
	true, true},
    {"brackets in text", "[{\"a\":\"}]{[\"}]", "{\"a\":\"}]{[\"}", true, true},
    {"escapes", "[{\"a\":\"\\\"}\\\\\"},{\"\\\\\":1}]",
	"{\"a\":\"\\\"}\\\\\"}|{\"\\\\\":1}", true, true},
    {"cut off in the array", "[{\"a\":1},", "{\"a\":1}", true, false},
    {"cut off in an element", "[{\"a\":1},{\"b", "{\"a\":1}", true, false},
    {"cut off in an object", "{\"a\":", "", true, false},
    {"no array at all", "hello", "", false, false},
    {"SSE is no array", "data: {}", "", false, false},
    {"a number in the array", "[1]", "", false, false},
    {"a text in the array", "[\"a\"]", "", false, false},
    {"an array in the array", "[[{}]]", "", false, false},
    {"a comma alone", ",", "", false, false},
    {"two bare objects", "{}{}", "{}", false, true},
    {"more after the end", "[{}]x", "{}", false, true},
    {"a closing bracket first", "]", "", false, true},
};

static void
test_rows(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		for (size_t n = 1; n < 30; n++) {
			struct json_array a;
			struct buf log;
			json_array_init(&a, MAX);
			buf_init(&log, MAX);
			bool ok = feed(
			    &a, rows[i].text, strlen(rows[i].text), n, &log);
			UNIT_ROW(ok == rows[i].ok, rows[i].name);
			UNIT_ROW(json_array_ended(&a) == rows[i].ended ||
				!rows[i].ok,
			    rows[i].name);
			UNIT_ROW(
			    unit_same(buf_cstr(&log), rows[i].elements) == 1,
			    rows[i].name);
			json_array_clear(&a);
			buf_clear(&log);
		}
}

static void
test_ceiling(void)
{
	const char fits[] = "[{\"a\":12}]", large[] = "[{\"a\":123}]";
	for (size_t n = 1; n < 12; n++) {
		struct json_array a;
		struct buf log;
		json_array_init(&a, 8);
		buf_init(&log, MAX);
		CU_ASSERT(feed(&a, fits, sizeof(fits) - 1, n, &log));
		json_array_clear(&a);
		CU_ASSERT(!feed(&a, large, sizeof(large) - 1, n, &log));
		json_array_clear(&a);
		buf_clear(&log);
	}
}

static void
test_refusal(void)
{
	struct json_array a;
	json_array_init(&a, MAX);
	CU_ASSERT(!json_array_feed(&a, "[{},{}]", 7, refuse, NULL));
	json_array_clear(&a);
	CU_ASSERT(json_array_feed(&a, "{", 1, refuse, NULL));
	CU_ASSERT(!json_array_feed(&a, "}", 1, refuse, NULL));
	json_array_clear(&a);
}

static void
test_large_element(void)
{
	const size_t len = 8 * 1024 * 1024;
	struct buf text, log;
	struct json_array a;
	buf_init(&text, MAX);
	buf_init(&log, MAX);
	json_array_init(&a, MAX);
	buf_str(&text, "[{\"a\":\"");
	for (size_t i = 0; i < len; i++)
		buf_byte(&text, i % 64 == 63 ? '}' : 'x');
	buf_str(&text, "\"}]");

	CU_ASSERT(feed(&a, text.data, text.len, 16384, &log));
	CU_ASSERT(json_array_ended(&a));
	CU_ASSERT_EQUAL(log.len, text.len - 2);
	CU_ASSERT(memcmp(log.data, text.data + 1, log.len) == 0);
	CU_ASSERT(a.element.cap <= BUF_SMALL);
	json_array_clear(&a);
	buf_clear(&text);
	buf_clear(&log);
}

static CU_TestInfo tests[] = {
    {"arrays, objects and what is neither, in every cut", test_rows},
    {"the ceiling of an element", test_ceiling},
    {"a caller that refuses", test_refusal},
    {"a large element in pieces", test_large_element},
    CU_TEST_INFO_NULL,
};

struct unit_suite json_array_suite = {"protocol/json_array", tests};
