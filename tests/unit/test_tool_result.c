/* protocol/tool_result: texts and media of what a tool gave back. */
#include "protocol/tool_result.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"
#include "unit.h"

static int
is_json(struct json_object *value, const char *expected)
{
	struct buf text;
	buf_init(&text, BUF_SMALL);
	json_write(&text, value);
	int same = unit_same(buf_cstr(&text), expected);
	if (!same)
		fprintf(stderr, "got %s\n", buf_cstr(&text));
	buf_clear(&text);
	return same;
}

#define PNG "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"QQ==\"}}"
#define TEXT(t) "{\"text\":\"" t "\"}"

static void
test_write(void)
{
	static const struct {
		const char *parts, *inside, *outside, *beside;
	} rows[] = {
	    {"[]", "{\"response\":{\"output\":\"\"}}",
		"{\"response\":{\"output\":\"\"}}", NULL},
	    {"[" TEXT("a") "]", "{\"response\":{\"output\":\"a\"}}",
		"{\"response\":{\"output\":\"a\"}}", NULL},
	    {"[" PNG "]",
		"{\"response\":{\"output\":\"\"},\"parts\":[" PNG "]}",
		"{\"response\":{\"output\":\"\"}}", "[" PNG "]"},
	    {"[" TEXT("{\\\"a\\\":1.50}") "," PNG "," PNG "]",
		"{\"response\":{\"a\":1.50},\"parts\":[" PNG "," PNG "]}",
		"{\"response\":{\"a\":1.50}}", "[" PNG "," PNG "]"},
	    {"[" TEXT("a") "," PNG "," TEXT("b") "]",
		"{\"response\":{\"output\":\"a\\nb\"},\"parts\":[" PNG "]}",
		"{\"response\":{\"output\":\"a\\nb\"}}", "[" PNG "]"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct json_object *parts =
		    json_parse(rows[i].parts, strlen(rows[i].parts), NULL);
		struct json_object *in = json_object_new_object();
		struct json_object *out = json_object_new_object();
		struct json_object *none = tool_result_write(in, parts, true);
		struct json_object *beside =
		    tool_result_write(out, parts, false);
		UNIT_ROW(none == NULL, rows[i].parts);
		UNIT_ROW(is_json(in, rows[i].inside), rows[i].parts);
		UNIT_ROW(is_json(out, rows[i].outside), rows[i].parts);
		UNIT_ROW((beside == NULL) == (rows[i].beside == NULL),
		    rows[i].parts);
		UNIT_ROW(beside == NULL || is_json(beside, rows[i].beside),
		    rows[i].parts);
		json_object_put(beside);
		json_object_put(in);
		json_object_put(out);
		json_object_put(parts);
	}
}

static void
test_beside(void)
{
	struct json_object *turn = json_parse("[{}]", 4, NULL);
	struct json_object *media =
	    json_parse("[" PNG "]", strlen("[" PNG "]"), NULL);
	tool_result_add_beside(turn, "draw", media);
	CU_ASSERT(is_json(
	    turn, "[{}," TEXT("The call of draw also gave this:") "," PNG "]"));
	json_object_put(media);
	json_object_put(turn);
}

static CU_TestInfo tests[] = {
    {"texts and media", test_write},
    {"media of older models", test_beside},
    CU_TEST_INFO_NULL,
};

struct unit_suite tool_result_suite = {"protocol/tool_result", tests};
