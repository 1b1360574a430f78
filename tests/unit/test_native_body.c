/* protocol/native_body: one member is added, the rest is as it was. */
#include "protocol/native_body.h"

#include <string.h>

#include "base/attr.h"
#include "unit.h"

extern struct unit_suite native_body_suite;

static void
test_add(void)
{
	static const struct {
		const char *body, *becomes; /* NULL: as it was */
	} rows[] = {
	    {"{}", "{\"safetySettings\":[1]}"},
	    {" { } ", " {\"safetySettings\":[1] } "},
	    {"{\"contents\":[]}", "{\"safetySettings\":[1],\"contents\":[]}"},
	    {"\n{ \"a\":1,}", "\n{\"safetySettings\":[1], \"a\":1,}"},
	    {"{\"a\":{\"safetySettings\":[]}}",
		"{\"safetySettings\":[1],\"a\":{\"safetySettings\":[]}}"},
	    {"{\"a\":\"safetySettings\"}",
		"{\"safetySettings\":[1],\"a\":\"safetySettings\"}"},
	    {"{\"a\":\"\\\"safetySettings\\\":\"}",
		"{\"safetySettings\":[1],\"a\":\"\\\"safetySettings\\\":\"}"},
	    {"{\"safetySettings\":[]}", NULL},
	    {"{\"a\":{},\"safety_settings\" : null}", NULL},
	    {"{\"a\":[\"x\\\\\"],\n\"safetySettings\"\n:[]}", NULL},
	    {"[]", NULL},
	    {"", NULL},
	    {"  ", NULL},
	    {"text", NULL},
	    {"{\"a", "{\"safetySettings\":[1],\"a"},
	    {"{\"a\\", "{\"safetySettings\":[1],\"a\\"},
	    {"{", "{\"safetySettings\":[1],"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *want =
		    rows[i].becomes ? rows[i].becomes : rows[i].body;
		struct buf body;
		buf_init(&body, BUF_SMALL);
		buf_str(&body, rows[i].body);
		UNIT_ROW(native_body_add_safety(&body, "[1]") ==
			(rows[i].becomes != NULL),
		    rows[i].body);
		UNIT_ROW(unit_same(buf_cstr(&body), want), rows[i].body);
		buf_clear(&body);
	}
}

/* No room for it: the body goes as it is. */
static void
test_ceiling(void)
{
	struct buf body;
	buf_init(&body, 8);
	buf_str(&body, "{\"a\":1}");
	CU_ASSERT_FALSE(native_body_add_safety(&body, "[1]"));
	CU_ASSERT_STRING_EQUAL(buf_cstr(&body), "{\"a\":1}");
	buf_clear(&body);
}

static void
test_requests(void)
{
	static const struct {
		const char *body;
		int n;
	} rows[] = {
	    {"{\"requests\":[{\"a\":{}},{\"b\":[{}]} , {}]}", 3},
	    {"{\"x\":[{}],\"requests\" :\n[{\"c\":\"{{\"},],}", 1},
	    {"{\"x\":{\"requests\":[{},{}]},\"y\":[{},{}]}", 1},
	    {"{\"requests\":[{},{}],\"y\":[{},{},{}]}", 2},
	    {"{\"requests\":[]}", 1},
	    {"{\"requests\":[{},{\"", 2},
	    {"]]]{", 1},
	    {"", 1},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf body;
		buf_init(&body, BUF_SMALL);
		buf_str(&body, rows[i].body);
		UNIT_ROW(
		    native_body_requests(&body) == rows[i].n, rows[i].body);
		buf_clear(&body);
	}
}

static CU_TestInfo tests[] = {
    {"safety settings fill what is left out", test_add},
    {"a body at its ceiling", test_ceiling},
    {"requests in a body", test_requests},
    CU_TEST_INFO_NULL,
};

struct unit_suite native_body_suite = {"native_body", tests};
