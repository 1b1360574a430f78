/* Tests of protocol/schema beyond the golden files: limits, and what is left
 * as it was. */
#include "protocol/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/schema_text.h"
#include "unit.h"

extern struct unit_suite schema_suite;

static struct json_object *
parse(const struct buf *text)
{
	const char *why = NULL;
	struct json_object *o = json_parse(buf_cstr(text), text->len, &why);
	if (o == NULL)
		fprintf(stderr, "%s\n", why);
	return o;
}

static char *
written(struct json_object *o)
{
	struct buf text;
	buf_init(&text, BUF_LARGE);
	json_write(&text, o);
	return buf_take(&text);
}

/* Append the piece so often. */
static void
repeat(struct buf *text, const char *piece, size_t times)
{
	for (size_t i = 0; i < times; i++)
		buf_str(text, piece);
}

/* --- results ------------------------------------------------------------ */

static void
test_results(void)
{
	static const struct {
		const char *schema;
		enum schema_result json, openapi;
	} rows[] = {
	    {"{}", SCHEMA_OK, SCHEMA_OK},
	    {"[]", SCHEMA_INVALID, SCHEMA_INVALID},
	    {"true", SCHEMA_INVALID, SCHEMA_INVALID},
	    {"\"object\"", SCHEMA_INVALID, SCHEMA_INVALID},
	    {"{\"$ref\":\"#\"}", SCHEMA_RECURSIVE, SCHEMA_RECURSIVE},
	    {"{\"items\":{\"$ref\":\"#\"}}", SCHEMA_RECURSIVE,
		SCHEMA_RECURSIVE},
	    {"{\"additionalProperties\":{\"$ref\":\"#\"}}", SCHEMA_RECURSIVE,
		SCHEMA_OK},
	    {"{\"properties\":{\"a\":{\"$ref\":\"#\"}}}", SCHEMA_OK,
		SCHEMA_RECURSIVE},
	    {"{\"properties\":{\"a\":{\"$ref\":\"#\"}},\"required\":[\"a\"]}",
		SCHEMA_RECURSIVE, SCHEMA_RECURSIVE},
	    {"{\"properties\":{\"a\":{\"properties\":{\"b\":{\"$ref\":\"#\"}},"
	     "\"required\":[\"b\"]}}}",
		SCHEMA_OK, SCHEMA_RECURSIVE},
	    {"{\"properties\":{\"a\":{\"properties\":{\"b\":{\"$ref\":\"#\"}}}}"
	     ","
	     "\"required\":[\"a\"]}",
		SCHEMA_OK, SCHEMA_RECURSIVE},
	    {"{\"anyOf\":[{\"type\":\"null\"},{\"$ref\":\"#\"}]}",
		SCHEMA_RECURSIVE, SCHEMA_RECURSIVE},
	    {"{\"not\":{\"$ref\":\"#\"}}", SCHEMA_OK, SCHEMA_OK},
	    {"{\"default\":{\"$ref\":\"#\"}}", SCHEMA_OK, SCHEMA_OK},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct json_object *o =
		    json_parse(rows[i].schema, strlen(rows[i].schema), NULL);
		struct json_object *cleaned;
		size_t room = SCHEMA_ROOM;
		UNIT_ROW(schema_clean(o, SCHEMA_JSON, &room, &cleaned) ==
			rows[i].json,
		    rows[i].schema);
		UNIT_ROW((cleaned != NULL) == (rows[i].json == SCHEMA_OK),
		    rows[i].schema);
		json_object_put(cleaned);
		UNIT_ROW(schema_clean(o, SCHEMA_OPENAPI, &room, &cleaned) ==
			rows[i].openapi,
		    rows[i].schema);
		UNIT_ROW((cleaned != NULL) == (rows[i].openapi == SCHEMA_OK),
		    rows[i].schema);
		json_object_put(cleaned);
		json_object_put(o);
	}

	struct json_object *cleaned;
	size_t room = SCHEMA_ROOM;
	CU_ASSERT_EQUAL(
	    schema_clean(NULL, SCHEMA_JSON, &room, &cleaned), SCHEMA_INVALID);
	CU_ASSERT_PTR_NULL(cleaned);
}

/* --- limits ------------------------------------------------------------- */

/* A schema in `depth` others, through the keyword. */
static struct json_object *
nested(const char *open, const char *close, size_t depth)
{
	struct buf text;
	buf_init(&text, BUF_LARGE);
	repeat(&text, open, depth - 1);
	buf_str(&text, "{\"type\":\"string\"}");
	repeat(&text, close, depth - 1);
	struct json_object *o = parse(&text);
	buf_clear(&text);
	return o;
}

static void
test_depth(void)
{
	static const struct {
		const char *open, *close;
		size_t depth;
		enum schema_result result;
	} rows[] = {
	    {"{\"items\":", "}", SCHEMA_MAX_DEPTH, SCHEMA_OK},
	    {"{\"items\":", "}", SCHEMA_MAX_DEPTH + 1, SCHEMA_TOO_LARGE},
	    {"{\"items\":", "}", JSON_MAX_DEPTH - 1, SCHEMA_TOO_LARGE},
	    {"{\"not\":", "}", JSON_MAX_DEPTH - 1, SCHEMA_OK},
	    {"{\"properties\":{\"a\":", "}}", SCHEMA_MAX_DEPTH, SCHEMA_OK},
	    {"{\"allOf\":[", "]}", SCHEMA_MAX_DEPTH, SCHEMA_OK},
	    {"{\"type\":[\"array\",\"string\"],\"items\":", "}",
		SCHEMA_MAX_DEPTH + 1, SCHEMA_TOO_LARGE},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		for (int dialect = 0; dialect < 2; dialect++) {
			struct json_object *o =
			    nested(rows[i].open, rows[i].close, rows[i].depth);
			struct json_object *cleaned;
			size_t room = SCHEMA_ROOM;
			enum schema_result result = schema_clean(
			    o, (enum schema_dialect)dialect, &room, &cleaned);
			UNIT_ROW(result == rows[i].result, rows[i].open);
			if (result == SCHEMA_OK) {
				char *text = written(cleaned);
				UNIT_ROW(text != NULL, rows[i].open);
				free(text);
			}
			json_object_put(cleaned);
			json_object_put(o);
		}
}

/* How a schema holds another one twice. */
struct twice {
	const char *open, *between, *close;
};

static const struct twice by_property = {
    "{\"properties\":{\"a\":", ",\"b\":", "}}"};
static const struct twice by_all_of = {"{\"allOf\":[{\"properties\":{\"a\":",
    "}},{\"properties\":{\"b\":", "}}]}"};
static const struct twice by_choice = {"{\"anyOf\":[", ",{\"items\":", "}]}"};

/* $defs that each hold the next one twice, and at the end `last`: it would
 * stand there 2^levels times if it were written out. */
static struct json_object *
doubling(const struct twice *how, const char *last, int levels)
{
	struct buf text;
	buf_init(&text, BUF_LARGE);
	buf_str(&text, "{\"$ref\":\"#/$defs/d0\",\"$defs\":{");
	for (int i = 0; i < levels; i++) {
		char ref[40];
		snprintf(ref, sizeof(ref), "{\"$ref\":\"#/$defs/d%d\"}", i + 1);
		buf_fmt(&text, "\"d%d\":%s%s%s%s%s,", i, how->open, ref,
		    how->between, ref, how->close);
	}
	buf_fmt(&text, "\"d%d\":%s}}", levels, last);
	struct json_object *o = parse(&text);
	buf_clear(&text);
	return o;
}

static void
test_bombs(void)
{
	static const struct {
		const char *row;
		const struct twice *how;
		int levels;
		enum schema_result openapi;
	} rows[] = {
	    {"small", &by_property, 8, SCHEMA_OK},
	    {"properties", &by_property, 20, SCHEMA_TOO_LARGE},
	    {"properties, deep", &by_property, 90, SCHEMA_TOO_LARGE},
	    {"allOf", &by_all_of, 20, SCHEMA_TOO_LARGE},
	    {"anyOf", &by_choice, 20, SCHEMA_TOO_LARGE},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct json_object *o = doubling(
		    rows[i].how, "{\"type\":\"string\"}", rows[i].levels);
		struct json_object *cleaned;
		size_t room = SCHEMA_ROOM;
		/* $defs stay as small as they are. */
		UNIT_ROW(
		    schema_clean(o, SCHEMA_JSON, &room, &cleaned) == SCHEMA_OK,
		    rows[i].row);
		UNIT_ROW(room > SCHEMA_ROOM / 2, rows[i].row);
		json_object_put(cleaned);
		room = SCHEMA_ROOM;
		UNIT_ROW(schema_clean(o, SCHEMA_OPENAPI, &room, &cleaned) ==
			rows[i].openapi,
		    rows[i].row);
		json_object_put(cleaned);
		json_object_put(o);
	}
}

/* Texts, too, are not multiplied without limit. */
static void
test_long_texts(void)
{
	static const struct {
		const char *row, *before, *after;
	} rows[] = {
	    {"description", "{\"type\":\"string\",\"description\":\"", "\"}"},
	    {"property", "{\"properties\":{\"", "\":{}}}"},
	    {"enum", "{\"enum\":[\"", "\"]}"},
	    {"number", "{\"type\":\"number\",\"minimum\":1", "}"},
	    {"required", "{\"required\":[\"", "\"],\"properties\":{\"a\":{}}}"},
	    {"keyword", "{\"", "\":1}"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf last;
		buf_init(&last, BUF_LARGE);
		buf_str(&last, rows[i].before);
		repeat(&last, "0", 100000);
		buf_str(&last, rows[i].after);
		struct json_object *o =
		    doubling(&by_property, buf_cstr(&last), 10);
		struct json_object *cleaned;
		size_t room = SCHEMA_ROOM;
		UNIT_ROW(schema_clean(o, SCHEMA_OPENAPI, &room, &cleaned) ==
			SCHEMA_TOO_LARGE,
		    rows[i].row);
		json_object_put(cleaned);
		json_object_put(o);
		buf_clear(&last);
	}
}

/* Many of the same, as a body of some megabytes could hold them. */
static void
test_wide(void)
{
	static const struct {
		const char *row, *before, *piece, *after;
		size_t count;
		enum schema_result result;
	} rows[] = {
	    {"enum", "{\"enum\":[0", ",1", "]}", 400000, SCHEMA_TOO_LARGE},
	    {"enum that fits", "{\"enum\":[0", ",1", "]}", 40000, SCHEMA_OK},
	    {"types", "{\"type\":[0", ",\"string\"", "]}", 400000, SCHEMA_OK},
	    {"anyOf", "{\"anyOf\":[{}", ",{}", "]}", 90000, SCHEMA_TOO_LARGE},
	    {"allOf", "{\"allOf\":[{}", ",{}", "]}", 90000, SCHEMA_TOO_LARGE},
	    {"allOf of one type", "{\"allOf\":[{}", ",{\"type\":\"string\"}",
		"]}", 90000, SCHEMA_OK},
	    {"required", "{\"required\":[\"a\"", ",\"a\"", "]}", 400000,
		SCHEMA_TOO_LARGE},
	    {"$refs", "{\"anyOf\":[{}", ",{\"$ref\":\"#/x\"}", "]}", 90000,
		SCHEMA_TOO_LARGE},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf text;
		buf_init(&text, BUF_LARGE);
		buf_str(&text, rows[i].before);
		repeat(&text, rows[i].piece, rows[i].count);
		buf_str(&text, rows[i].after);
		struct json_object *o = parse(&text);
		buf_clear(&text);
		for (int dialect = 0; dialect < 2; dialect++) {
			struct json_object *cleaned;
			size_t room = SCHEMA_ROOM;
			UNIT_ROW(schema_clean(o, (enum schema_dialect)dialect,
				     &room, &cleaned) == rows[i].result,
			    rows[i].row);
			json_object_put(cleaned);
		}
		json_object_put(o);
	}
}

/* The room is that of a request: what one schema took the next has not. */
static void
test_room(void)
{
	static const char text[] =
	    "{\"properties\":{\"a\":{\"type\":\"string\"}}}";
	struct json_object *o = json_parse(text, strlen(text), NULL);
	struct json_object *cleaned;
	size_t room = 100, before = 100;
	int count = 0;
	while (schema_clean(o, SCHEMA_JSON, &room, &cleaned) == SCHEMA_OK) {
		CU_ASSERT(room < before);
		before = room;
		json_object_put(cleaned);
		count++;
	}
	CU_ASSERT(count > 2 && count < 50);
	CU_ASSERT_EQUAL(room, 0);
	CU_ASSERT_PTR_NULL(cleaned);

	enum schema_dialect dialect = SCHEMA_JSON;
	CU_ASSERT_PTR_NULL(schema_for_parameters(o, &dialect, &room));
	CU_ASSERT_EQUAL(dialect, SCHEMA_JSON);
	json_object_put(o);
}

/* --- what must stay ------------------------------------------------------ */

static void
test_borrows(void)
{
	static const char text[] =
	    "{\"allOf\":[{\"properties\":{\"a\":{\"$ref\":\"#/definitions/"
	    "x\"}},"
	    "\"required\":[\"a\"]},{\"properties\":{\"b\":{\"enum\":[1,null]}},"
	    "\"required\":[\"b\"]}],\"definitions\":{\"x\":{\"$id\":\"i\","
	    "\"anyOf\":[{\"type\":\"null\"},{\"const\":1.50}]}}}";
	struct json_object *o = json_parse(text, strlen(text), NULL);
	for (int dialect = 0; dialect < 2; dialect++) {
		struct json_object *cleaned;
		size_t room = SCHEMA_ROOM;
		CU_ASSERT_EQUAL(schema_clean(o, (enum schema_dialect)dialect,
				    &room, &cleaned),
		    SCHEMA_OK);
		char *after = written(o);
		CU_ASSERT_STRING_EQUAL(after, text);
		free(after);
		/* The result lives without the client's own. */
		char *first = written(cleaned);
		json_object_put(o);
		char *second = written(cleaned);
		CU_ASSERT_STRING_EQUAL(first, second);
		free(first);
		free(second);
		json_object_put(cleaned);
		o = json_parse(text, strlen(text), NULL);
	}
	json_object_put(o);
}

static void
test_text(void)
{
	static const char schema[] =
	    "{\"not\":{\"const\":1.50},\"b\":\"\\u0000\"}";
	struct json_object *o = json_parse(schema, strlen(schema), NULL);
	struct buf text;
	buf_init(&text, BUF_SMALL);
	schema_text_write(&text, o);
	CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&text), "JSON schema:\n{"));
	CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&text), schema));
	CU_ASSERT_EQUAL(strlen(buf_cstr(&text)), text.len);
	buf_reset(&text);
	schema_text_write(&text, NULL);
	CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&text), "one JSON object"));
	CU_ASSERT_PTR_NULL(strstr(buf_cstr(&text), "schema"));
	buf_clear(&text);
	json_object_put(o);
}

static CU_TestInfo tests[] = {
    {"results", test_results},
    {"limits depth", test_depth},
    {"does not multiply schemas", test_bombs},
    {"does not multiply texts", test_long_texts},
    {"long lists", test_wide},
    {"one room for all", test_room},
    {"leaves the client's as it is", test_borrows},
    {"the schema in words", test_text},
    CU_TEST_INFO_NULL,
};

struct unit_suite schema_suite = {"protocol/schema", tests};
