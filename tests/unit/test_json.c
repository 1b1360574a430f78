/* Tests of base/json. */
#include "base/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "unit.h"

extern struct unit_suite json_suite;

/* Parse and write again; NULL if it is refused. The caller frees. */
static char *
again(const char *text, size_t len, const char **why)
{
	struct json_object *o = json_parse(text, len, why);
	if (o == NULL)
		return NULL;
	struct buf out;
	buf_init(&out, BUF_LARGE);
	json_write(&out, o);
	json_object_put(o);
	return buf_take(&out);
}

static void
test_same(void)
{
	/* What must come out as it went in. */
	static const char *const rows[] = {"{}", "[]", "true", "false",
	    "[null]", "\"\"", "0", "-0", "-0.0", "0.10", "1e400", "-1E-400",
	    "1E+5", "9223372036854775807", "9223372036854775808",
	    "18446744073709551615", "18446744073709551616",
	    "-9223372036854775808", "-9223372036854775809",
	    "[-0,18446744073709551616,{\"a\":99999999999999999999999}]",
	    "[1e+00000000000000000000]",
	    "{\"b\":1,\"a\":[{\"c\":\"d\"}],\"\":null}",
	    "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f/\x7f\"", "\"\\u0000x\"",
	    "\"gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80\""};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char *text = again(rows[i], strlen(rows[i]), NULL);
		UNIT_ROW(unit_same(text, rows[i]), rows[i]);
		free(text);
	}
}

static void
test_compact(void)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
	    {" [ 1 , 2 ]\r\n\t", "[1,2]"},
	    {"{ \"a\" : -0 }", "{\"a\":-0}"},
	    {"18446744073709551616\n", "18446744073709551616"},
	    {"\"\\/\\u00e9\\ud83d\\ude00\"", "\"/\xc3\xa9\xf0\x9f\x98\x80\""},
	    {"\"\\ud800\"", "\"\xef\xbf\xbd\""},
	    {"{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}"},
	    {"{\"a\":1,\"a\":99999999999999999999}",
		"{\"a\":99999999999999999999}"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char *text = again(rows[i].in, strlen(rows[i].in), NULL);
		UNIT_ROW(unit_same(text, rows[i].out), rows[i].in);
		free(text);
	}
}

#define NOT_JSON "the text is not JSON"
#define TOO_SHORT "the text ends in the middle of a value"
#define BAD_NUMBER "a number is malformed"
#define BAD_UTF8 "the text is not valid UTF-8"

static void
test_refused(void)
{
	static const struct {
		const char *text;
		const char *why;
	} rows[] = {
	    {"", TOO_SHORT},
	    {" \n", TOO_SHORT},
	    {"null", "the value is null"},
	    {"{", TOO_SHORT},
	    {"[1,2", TOO_SHORT},
	    {"\"abc", TOO_SHORT},
	    {"\"abc\\", TOO_SHORT},
	    {"\"abc\\\"", TOO_SHORT},
	    {"1 2", NOT_JSON},
	    {"[] x", NOT_JSON},
	    {"{}{}", NOT_JSON},
	    {"[1]]", NOT_JSON},
	    {"99999999999999999999 1", NOT_JSON},
	    {"[1,]", NOT_JSON},
	    {"{\"a\":1,}", NOT_JSON},
	    {"{a:1}", NOT_JSON},
	    {"'a'", NOT_JSON},
	    {"/**/1", NOT_JSON},
	    {"NaN", NOT_JSON},
	    {"[Infinity]", NOT_JSON},
	    {"-Infinity", BAD_NUMBER},
	    {"01", BAD_NUMBER},
	    {"[00]", BAD_NUMBER},
	    {"-", BAD_NUMBER},
	    {"1.", BAD_NUMBER},
	    {"1e", BAD_NUMBER},
	    {"[1e+]", BAD_NUMBER},
	    {".5", NOT_JSON},
	    {"+1", NOT_JSON},
	    {"\xef\xbb\xbf{}", NOT_JSON},
	    {"\"\xff\"", BAD_UTF8},
	    {"\"\xc0\x80\"", BAD_UTF8},
	    {"\"\xed\xa0\x80\"", BAD_UTF8},
	    {"\"\\x\"", "a string is malformed"},
	    {"\"a\nb\"", "a string holds a raw control character"},
	    {"{\"a\\u0000b\":1}", "the name of a member holds a NUL"},
	    {"{\"a\\u0000\" :1}", "the name of a member holds a NUL"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *why = NULL;
		char *text = again(rows[i].text, strlen(rows[i].text), &why);
		UNIT_ROW(text == NULL, rows[i].text);
		UNIT_ROW(unit_same(why, rows[i].why), rows[i].text);
		free(text);
	}

	const char *why = NULL;
	CU_ASSERT_PTR_NULL(json_parse("1\0002", 3, &why));
	CU_ASSERT_STRING_EQUAL(why, "the text holds a NUL byte");
	CU_ASSERT_PTR_NULL(json_parse(NULL, 0, &why));
	CU_ASSERT_STRING_EQUAL(why, TOO_SHORT);
}

/* Many times open, then many times close. */
static struct json_object *
parse_nested(size_t depth, const char **why)
{
	struct buf b;
	buf_init(&b, BUF_LARGE);
	for (size_t i = 0; i < depth; i++)
		buf_byte(&b, '[');
	for (size_t i = 0; i < depth; i++)
		buf_byte(&b, ']');
	struct json_object *o = json_parse(buf_cstr(&b), b.len, why);
	buf_clear(&b);
	return o;
}

static void
test_limits(void)
{
	const char *why = NULL;
	struct json_object *o = parse_nested(JSON_MAX_DEPTH, &why);
	CU_ASSERT_PTR_NOT_NULL(o);
	json_object_put(o);
	CU_ASSERT_PTR_NULL(parse_nested(JSON_MAX_DEPTH + 1, &why));
	CU_ASSERT_STRING_EQUAL(why, "nesting is deeper than 100 levels");

	static const struct {
		const char *row, *piece;
		size_t count;
		bool ok;
	} rows[] = {
	    {"many objects", ",{}", JSON_MAX_CONTAINERS - 1, true},
	    {"too many objects", ",{}", JSON_MAX_CONTAINERS, false},
	    {"too many lists", ",[]", JSON_MAX_CONTAINERS, false},
	    {"many numbers", ",1", JSON_MAX_VALUES, true},
	    {"too many numbers", ",1", JSON_MAX_VALUES + 1, false},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf b;
		buf_init(&b, BUF_LARGE);
		buf_str(&b, "[0");
		for (size_t k = 0; k < rows[i].count; k++)
			buf_str(&b, rows[i].piece);
		buf_byte(&b, ']');
		why = "";
		o = json_parse(buf_cstr(&b), b.len, &why);
		UNIT_ROW((o != NULL) == rows[i].ok, rows[i].row);
		if (o == NULL)
			UNIT_ROW(unit_same(why, "it holds too many values"),
			    rows[i].row);
		json_object_put(o);
		buf_clear(&b);
	}
}

static void
test_get(void)
{
	static const char text[] =
	    "{\"n\":null,\"t\":\"x\",\"b\":true,\"i\":7,\"a\":[1,null,\"z\"],"
	    "\"o\":{\"p\":{\"q\":\"deep\"}}}";
	struct json_object *o = json_parse(text, strlen(text), NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(o);
	CU_ASSERT_PTR_NULL(json_get(o, "n"));
	CU_ASSERT_PTR_NULL(json_get(o, "absent"));
	CU_ASSERT_PTR_NULL(json_get(NULL, "t"));
	CU_ASSERT_PTR_NULL(json_get(json_get(o, "t"), "t"));
	CU_ASSERT_STRING_EQUAL(json_get_text(o, "t"), "x");
	CU_ASSERT_PTR_NULL(json_get_text(o, "i"));
	CU_ASSERT(json_get_bool(o, "b"));
	CU_ASSERT(!json_get_bool(o, "i"));
	CU_ASSERT(!json_get_bool(o, "absent"));

	struct json_object *a = json_get(o, "a");
	CU_ASSERT_EQUAL(json_count(a), 3);
	CU_ASSERT_EQUAL(json_count(o), 0);
	CU_ASSERT_EQUAL(json_count(NULL), 0);
	CU_ASSERT_PTR_NULL(json_at(a, 1));
	CU_ASSERT_PTR_NULL(json_at(a, 3));
	CU_ASSERT_PTR_NOT_NULL(json_at(a, 2));
	CU_ASSERT(json_has_text(a, "z"));
	CU_ASSERT_FALSE(json_has_text(a, "1"));
	CU_ASSERT_FALSE(json_has_text(a, ""));
	CU_ASSERT_FALSE(json_has_text(o, "x"));
	CU_ASSERT_FALSE(json_has_text(NULL, "x"));

	CU_ASSERT_STRING_EQUAL(
	    json_object_get_string(json_path(o, "o", "p", "q", NULL)), "deep");
	CU_ASSERT_PTR_NULL(json_path(o, "o", "x", "q", NULL));
	CU_ASSERT_PTR_NULL(json_path(o, "t", "x", NULL));
	json_object_put(o);
}

static void
test_get_int(void)
{
	static const struct {
		const char *value;
		int64_t number; /* -1: the fallback */
	} rows[] = {
	    {"12", 12},
	    {"-7", -7},
	    {"\"12\"", 12},
	    {"\"9223372036854775807\"", INT64_MAX},
	    {"3.0", 3},
	    {"1e3", 1000},
	    {"-0", 0},
	    {"1e400", INT64_MAX},
	    {"-1e400", INT64_MIN},
	    {"18446744073709551615", INT64_MAX},
	    {"99999999999999999999", INT64_MAX},
	    {"1.5", -1},
	    {"\"12 \"", -1},
	    {"\" 12\"", -1},
	    {"\"\"", -1},
	    {"\"x\"", -1},
	    {"\"99999999999999999999\"", -1},
	    {"true", -1},
	    {"null", -1},
	    {"[1]", -1},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf b;
		buf_init(&b, BUF_SMALL);
		buf_fmt(&b, "{\"n\":%s}", rows[i].value);
		struct json_object *o = json_parse(buf_cstr(&b), b.len, NULL);
		UNIT_ROW(
		    json_get_int(o, "n", -1) == rows[i].number, rows[i].value);
		json_object_put(o);
		buf_clear(&b);
	}
	CU_ASSERT_EQUAL(json_get_int(NULL, "n", 5), 5);
}

static void
test_build(void)
{
	struct json_object *o = json_object_new_object();
	struct json_object *shared = json_object_new_array();
	json_object_array_add(shared, json_object_new_double(0.1));
	json_object_array_add(shared, json_object_new_double(2));
	json_object_array_add(shared, json_object_new_double(1e300));
	json_set_text(o, "t", "a/b\"");
	json_set_text(o, "none", NULL);
	json_set_text_len(o, "l", "x\0y", 3);
	json_set_int(o, "i", INT64_MIN);
	json_set_bool(o, "b", true);
	json_set_null(o, "z");
	json_share(o, "s", shared);
	json_set(o, "o", json_object_new_object());

	struct buf out;
	buf_init(&out, BUF_SMALL);
	json_write(&out, o);
	json_object_put(o);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out),
	    "{\"t\":\"a/b\\\"\",\"none\":null,\"l\":\"x\\u0000y\","
	    "\"i\":-9223372036854775808,\"b\":true,\"z\":null,"
	    "\"s\":[0.1,2.0,1e+300],\"o\":{}}");
	CU_ASSERT_EQUAL(json_count(shared), 3);
	json_object_put(shared);
	buf_reset(&out);
	json_write_text(&out, "a\nb", 3);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out), "\"a\\nb\"");
	buf_reset(&out);
	json_write(&out, NULL);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out), "null");
	buf_clear(&out);
}

static void
test_cannot_write(void)
{
	struct buf out;
	buf_init(&out, BUF_SMALL);
	struct json_object *nan = json_object_new_double(NAN);
	json_write(&out, nan);
	CU_ASSERT(!buf_ok(&out));
	json_object_put(nan);

	struct json_object *o = json_object_new_array();
	for (int i = 0; i < 2 * JSON_MAX_DEPTH; i++) {
		struct json_object *outer = json_object_new_array();
		json_object_array_add(outer, o);
		o = outer;
	}
	buf_reset(&out);
	json_write(&out, o);
	CU_ASSERT(!buf_ok(&out));
	json_object_put(o);
	buf_clear(&out);
}

/* Flattened, a tree is written as it was, wherever it lies. */
static void
test_flatten(void)
{
	static const char text[] =
	    "{\"a\":[1.50,12345678901234567890123,null,\"\\u0000\\n\"],"
	    "\"b\":{}}";
	struct json_object *tree = json_parse(text, sizeof(text) - 1, NULL);
	struct json_object *flat = json_flatten(tree);
	struct json_object *outer = json_object_new_object();
	struct buf out;
	buf_init(&out, BUF_SMALL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(tree);
	CU_ASSERT_PTR_NOT_NULL_FATAL(flat);
	json_object_put(tree);
	json_set(outer, "x", flat);
	json_write(&out, outer);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out),
	    "{\"x\":{\"a\":[1.50,12345678901234567890123,null,"
	    "\"\\u0000\\n\"],\"b\":{}}}");
	buf_clear(&out);
	json_object_put(outer);

	struct json_object *nan = json_object_new_double(NAN);
	CU_ASSERT_PTR_NULL(json_flatten(nan));
	json_object_put(nan);
}

static CU_TestInfo tests[] = {
    {"gives back what it read", test_same},
    {"writes compactly", test_compact},
    {"refuses what is not one JSON value", test_refused},
    {"limits depth and number of values", test_limits},
    {"finds members", test_get},
    {"reads whole numbers", test_get_int},
    {"builds values", test_build},
    {"fails instead of writing nonsense", test_cannot_write},
    {"flattens", test_flatten},
    CU_TEST_INFO_NULL,
};

struct unit_suite json_suite = {"base/json", tests};
