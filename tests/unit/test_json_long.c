/* base/json: long texts, which do not go through json-c, and texts that are
 * only to be written. */
#include "base/json.h"

#include <string.h>

#include "base/attr.h"
#include "base/json_scan.h"
#include "base/text.h"
#include "unit.h"

/* The pattern with @ replaced by a text of n letters. */
static void
fill(struct buf *out, const char *pattern, size_t n)
{
	buf_init(out, BUF_LARGE);
	for (const char *p = pattern; *p != '\0'; p++)
		if (*p != '@')
			buf_byte(out, *p);
		else
			for (size_t i = 0; i < n; i++)
				buf_byte(out, (char)('a' + i % 26));
}

static void
test_there_and_back(void)
{
	static const struct {
		const char *pattern;
		bool good;
	} rows[] = {
	    {"\"@\"", true},
	    {"[\"@\"]", true},
	    {"[\"@\",\"@\",1,\"x\"]", true},
	    {"{\"a\":\"@\",\"b\":{\"c\":[\"@\"]}}", true},
	    {"{\"@\":\"@\"}", true},
	    {"[\"@\\n\"]", true},
	    {"[\"\\u0001@\"]", true},
	    {"[\"@\",123456789012345678901234567890,\"@\",-0]", true},
	    {"[\"\xc3\xa4@\xe2\x82\xac\"]", true},
	    {"\"@", false},
	    {"[\"@\"", false},
	    {"[\"@\" \"@\"]", false},
	    {"\"@\" 1", false},
	    {"\"@\"\"@\"", false},
	    {"{\"a\":1}\"@\"", false},
	    {"{\"a\"\"@\"}", false},
	    {"{\"a\":\"@\" \"b\":1}", false},
	    {"[1 \"@\"]", false},
	    {"[\"@\x01\"]", false},
	    {"[\"@\xff\"]", false},
	};
	/* Around the size from which on a text is long. */
	for (size_t n = JSON_LONG_TEXT - 4; n <= JSON_LONG_TEXT + 1; n++)
		for (size_t i = 0; i < COUNT_OF(rows); i++) {
			struct buf text, back;
			fill(&text, rows[i].pattern, n);
			buf_init(&back, BUF_LARGE);
			struct json_object *o =
			    json_parse(text.data, text.len, NULL);
			UNIT_ROW((o != NULL) == rows[i].good, rows[i].pattern);
			if (o != NULL) {
				json_write(&back, o);
				UNIT_ROW(unit_same(buf_cstr(&text),
					     buf_cstr(&back)) == 1,
				    rows[i].pattern);
			}
			json_object_put(o);
			buf_clear(&text);
			buf_clear(&back);
		}
}

static void
test_looks_like_ours(void)
{
	/* No client can write what stands in for a long text. */
	static const char *const rows[] = {
	    "[\"@\",\"\\u00ff2 9\"]",
	    "[\"@\",\"\xc3\xbf"
	    "2 9\"]",
	    "[\"@\",\"2 9\"]",
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf text;
		fill(&text, rows[i], JSON_LONG_TEXT);
		struct json_object *o = json_parse(text.data, text.len, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(o);
		UNIT_ROW(
		    json_object_get_string_len(json_at(o, 1)) <= 5, rows[i]);
		json_object_put(o);
		buf_clear(&text);
	}
}

static void
test_in_place(void)
{
	static const char *const names[] = {"data", "more", NULL};
	struct buf text, back;
	size_t len;
	fill(&text,
	    "{\"data\":\"@\",\"other\":\"@\",\"more\":{\"more\":\"@\"},"
	    "\"x\":[\"@\",{\"data\":\"@\\n\"},{\"data\":\"short\"}]}",
	    JSON_LONG_TEXT);
	buf_init(&back, BUF_LARGE);
	struct json_object *o =
	    json_parse_in_place(text.data, text.len, names, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(o);
	const char *data = json_text(json_get(o, "data"), &len);
	CU_ASSERT(data == text.data + 9 && len == JSON_LONG_TEXT);
	CU_ASSERT_STRING_EQUAL(json_get_text(o, "data"), "");
	const char *more = json_text(json_path(o, "more", "more", NULL), &len);
	CU_ASSERT(more > data && more < text.data + text.len);

	/* Others, and what is short or has escapes, are copies. */
	const char *other = json_get_text(o, "other");
	CU_ASSERT(strlen(other) == JSON_LONG_TEXT);
	CU_ASSERT(other < text.data || other > text.data + text.len);
	struct json_object *list = json_get(o, "x");
	CU_ASSERT_EQUAL(strlen(json_get_text(json_at(list, 1), "data")),
	    JSON_LONG_TEXT + 1);
	CU_ASSERT_STRING_EQUAL(
	    json_get_text(json_at(list, 2), "data"), "short");

	/* All is written as it came. */
	json_write(&back, o);
	CU_ASSERT(unit_same(buf_cstr(&text), buf_cstr(&back)));
	json_object_put(o);
	buf_clear(&text);
	buf_clear(&back);
}

static void
test_trailing_blanks(void)
{
	struct buf text;
	fill(&text, "  \"@\" \r\n\t", JSON_LONG_TEXT);
	struct json_object *o = json_parse(text.data, text.len, NULL);
	CU_ASSERT_EQUAL(json_object_get_string_len(o), JSON_LONG_TEXT);
	json_object_put(o);
	buf_clear(&text);
}

static void
test_views(void)
{
	struct json_object *owner = json_object_new_string("0123\"56789");
	struct json_object *list = json_object_new_array();
	struct buf out, taken;
	buf_init(&out, BUF_SMALL);
	buf_init(&taken, BUF_SMALL);

	const char *text = json_object_get_string(owner);
	json_object_array_add(list, json_new_view(owner, text + 2, 5));
	json_object_array_add(list, json_new_view(owner, text, 0));
	buf_str(&taken, "t\n");
	json_object_array_add(list, json_new_taken(&taken));
	CU_ASSERT_EQUAL(taken.len, 0);

	size_t len;
	text = json_text(json_at(list, 0), &len);
	CU_ASSERT(len == 5 && memcmp(text, "23\"56", 5) == 0);
	text = json_text(owner, &len);
	CU_ASSERT(len == 10 && memcmp(text, "0123\"56789", 10) == 0);

	/* The owner lives as long as what shows a part of it. */
	json_object_put(owner);
	json_write(&out, list);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out), "[\"23\\\"56\",\"\",\"t\\n\"]");
	json_object_put(list);
	buf_clear(&out);

	buf_init(&taken, 4);
	buf_str(&taken, "too long");
	CU_ASSERT_PTR_NULL(json_new_taken(&taken));
}

static void
test_plain_run(void)
{
	/* Each byte that ends the run, at every place in the eight. */
	for (int byte = 0; byte < 256; byte++)
		for (size_t at = 0; at < 20; at++) {
			char text[20];
			memset(text, '~', sizeof(text));
			text[at] = (char)byte;
			bool ends = byte < ' ' || byte == '"' || byte == '\\';
			size_t n = text_plain_run(text, sizeof(text));
			if (n != (ends ? at : sizeof(text)))
				CU_FAIL("text_plain_run");
		}
	CU_ASSERT_EQUAL(text_plain_run("", 0), 0);
}

static CU_TestInfo tests[] = {
    {"long texts, there and back", test_there_and_back},
    {"texts that look like a stand-in", test_looks_like_ours},
    {"blanks behind a long text", test_trailing_blanks},
    {"texts that are only to be written", test_views},
    {"the run of plain bytes", test_plain_run},
    {"long texts are left in their place", test_in_place},
    CU_TEST_INFO_NULL,
};

struct unit_suite json_long_suite = {"base/json, long texts", tests};
