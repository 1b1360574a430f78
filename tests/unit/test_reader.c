/* Tests of what a browser tells of its reader: cookies and languages. */
#include "web/cookie.h"
#include "web/language.h"
#include "web/own_path.h"

#include <string.h>

#include "base/attr.h"
#include "unit.h"

struct cookie_row {
	const char *row, *header;
	const char *value; /* of the cookie `zone`; NULL: none */
};

static const struct cookie_row cookies[] = {
    {"alone", "zone=UTC", "UTC"},
    {"no header", NULL, NULL},
    {"nothing", "", NULL},
    {"the last", "a=1; zone=UTC", "UTC"},
    {"the first of two", "zone=1; zone=2", "1"},
    {"no blank", "a=1;zone=UTC;b=2", "UTC"},
    {"more blanks", "  a=1 ;\t zone=UTC  ; b", "UTC"},
    {"in quotes", "zone=\"UTC\"", "UTC"},
    {"one quote", "zone=\"", "\""},
    {"empty", "zone=; a=1", ""},
    {"no sign", "zone; a=1", NULL},
    {"a longer name", "zones=1; myzone=2", NULL},
    {"in a value", "a=zone=1", NULL},
    {"signs in the value", "zone=a=b", "a=b"},
    {"case counts", "ZONE=1", NULL},
};

static void
test_cookies(void)
{
	for (size_t i = 0; i < COUNT_OF(cookies); i++) {
		const struct cookie_row *c = &cookies[i];
		struct buf value;
		buf_init(&value, BUF_SMALL);
		bool found = cookie_get(c->header, "zone", &value);
		UNIT_ROW(found == (c->value != NULL), c->row);
		if (found)
			UNIT_ROW(unit_same(buf_cstr(&value), c->value), c->row);
		buf_clear(&value);
	}
}

struct language_row {
	const char *row, *header;
	size_t place; /* in tags */
};

static const char *const tags[] = {"en", "zh-CN", "de"};

static const struct language_row languages[] = {
    {"no header", NULL, 0},
    {"nothing", "", 0},
    {"itself", "zh-CN", 1},
    {"without the country", "zh", 1},
    {"by its script", "zh-Hans-SG", 1},
    {"case", "ZH-cn", 1},
    {"the first", "de,zh;q=0.9,en;q=0.8", 2},
    {"the heaviest", "de;q=0.5, zh;q=0.55, en;q=0.1", 1},
    {"the same weight", "zh;q=0.7,en;q=0.7", 1},
    {"one that is not ours first", "fr,zh-TW;q=0.9,en;q=0.8", 1},
    {"none of ours", "fr,es;q=0.9", 0},
    {"whatever", "*", 0},
    {"not that", "zh;q=0,en;q=0.1", 0},
    {"not that, in full", "zh;q=0.000", 0},
    {"all of the weight", "de;q=0.999,zh;q=1.000", 1},
    {"blanks", " fr , zh ; q=0.3", 1},
    {"a weight that is none", "zh;q=x,de;q=0.1", 2},
    {"a longer word", "zhx,end", 0},
    {"only commas", ",,,", 0},
    {"a sign at the end", "zh;", 1},
    {"a sign without a value", "de;q=,zh;q=0.1", 1},
};

static void
test_languages(void)
{
	for (size_t i = 0; i < COUNT_OF(languages); i++)
		UNIT_ROW(language_choose(languages[i].header, tags,
			     COUNT_OF(tags)) == languages[i].place,
		    languages[i].row);
}

static void
test_own_paths(void)
{
	static const struct {
		const char *path;
		bool own;
	} rows[] = {
	    {"/", true},
	    {"/keys?q=a%20b&state=ready#end", true},
	    {"/keys//1", true},
	    {"", false},
	    {"keys", false},
	    {"//evil.example/", false},
	    {"/\\evil.example/", false},
	    {"/a\\b", false},
	    {"https://evil.example/", false},
	    {"/a b", false},
	    {"/a\nSet-Cookie: b", false},
	    {"/\xe4\xbd\xa0", false},
	    {"/\x7f", false},
	};
	char text[2002] = "/";
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		UNIT_ROW(
		    own_path_is(rows[i].path) == rows[i].own, rows[i].path);
	memset(text + 1, 'a', 1999);
	CU_ASSERT(own_path_is(text));
	text[2000] = 'a';
	CU_ASSERT(!own_path_is(text));
}

static CU_TestInfo tests[] = {
    {"cookies", test_cookies},
    {"languages by weight", test_languages},
    {"paths of ours", test_own_paths},
    CU_TEST_INFO_NULL,
};

struct unit_suite reader_suite = {
    "web/cookie, web/language, web/own_path", tests};
