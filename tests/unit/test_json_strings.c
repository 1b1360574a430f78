/* protocol/json_strings: strings and members of texts that are not parsed. */
#include "protocol/json_strings.h"

#include <string.h>

#include "base/attr.h"
#include "unit.h"

extern struct unit_suite json_strings_suite;

/* Each string as depth, a letter for what it is, its text and its name. */
static void
test_walk(void)
{
	static const struct {
		const char *json, *strings;
	} rows[] = {
	    {"", ""},
	    {"12", ""},
	    {"\"a\"", "0 value a of "},
	    {"{\"a\":\"b\"}", "1 name a|1 value b of a"},
	    {"{\"a\" \n:[\"b\",{\"c\":\"d\"},\"e\",],}",
		"1 name a|2 value b of a|3 name c|3 value d of c|"
		"2 value e of c"},
	    {"{\"a\\\"\":\"\\\\\",\"b\":\"{[\"}",
		"1 name a\\\"|1 value \\\\ of a\\\"|1 name b|1 value {[ of b"},
	    {"{\"a\":\"b\"}{\"c\":\"d\"}", "1 name a|1 value b of a"},
	    {"[]\"a\"", ""},
	    {"]\"a\"", ""},
	    {"{\"a", "1 value a of "},
	    {"{\"a\\", "1 value a\\ of "},
	    {"{\"a\":", "1 name a"},
	    {"{\"a\":\"", "1 name a|1 value  of a"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct json_strings walk =
		    json_strings_of(rows[i].json, strlen(rows[i].json));
		struct json_string s;
		struct buf got;
		buf_init(&got, BUF_SMALL);
		while (json_strings_next(&walk, &s)) {
			buf_fmt(&got, "%s%d %s %.*s", got.len > 0 ? "|" : "",
			    s.depth, s.is_name ? "name" : "value", (int)s.len,
			    s.text);
			if (!s.is_name)
				buf_fmt(
				    &got, " of %.*s", (int)s.name_len, s.name);
		}
		UNIT_ROW(
		    unit_same(buf_cstr(&got), rows[i].strings), rows[i].json);
		buf_clear(&got);
	}
}

static void
test_members(void)
{
	static const struct {
		const char *json, *model; /* NULL: none */
	} rows[] = {
	    {"{\"model\":\"m\"}", "m"},
	    {" {\"x\":1e400, \"model\" : \"models\\/m\",}", "models/m"},
	    {"{\"mod\\u0065l\":\"\\u006d\"}", "m"},
	    {"{\"model\":\"a\",\"model\":\"m\"}", "m"},
	    {"{\"a\":{\"model\":\"n\"},\"model\":\"m\"}", "m"},
	    {"{\"model\":\"m\",\"a\":{\"model\":\"n\"}}", "m"},
	    {"{\"a\":{\"model\":\"n\"}}", NULL},
	    {"[{\"model\":\"n\"}]", NULL},
	    {"{\"model\":1}", NULL},
	    {"{\"model\":[\"n\"]}", NULL},
	    {"{\"model\":\"n", NULL},
	    {"{\"model\":", NULL},
	    {"{\"model\":\"\\u12\"}", NULL},
	    {"{\"models\":\"n\"}", NULL},
	    {"model", NULL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf out;
		buf_init(&out, BUF_SMALL);
		bool found = json_strings_text(
		    rows[i].json, strlen(rows[i].json), "model", &out);
		UNIT_ROW(found == (rows[i].model != NULL), rows[i].json);
		UNIT_ROW(!found || unit_same(buf_cstr(&out), rows[i].model),
		    rows[i].json);
		buf_clear(&out);
	}
}

static CU_TestInfo tests[] = {
    {"strings", test_walk},
    {"members", test_members},
    CU_TEST_INFO_NULL,
};

struct unit_suite json_strings_suite = {"protocol/json_strings", tests};
