/* Tests of the route table: patterns, captures, and what is allowed. */
#include "web/route.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "unit.h"

/* Targets are the names by which rows expect them. */
static const struct route table[] = {
    {"GET", "/", "root"},
    {"GET", "/v1/models", "models"},
    {"POST", "/v1/chat/completions", "chat"},
    {"GET", "/v1/models/{}", "model"},
    {"DELETE", "/v1/models/{}", "forget"},
    {"GET", "/v1/models/models/{}", "model, long"},
    {"POST", "/v1beta/models/{}:generateContent", "generate"},
    {"POST", "/v1beta/models/{}:streamGenerateContent", "stream"},
    {"GET", "/v1beta/models/{}", "native model"},
    {"GET", "/a/{}/b/{}", "two"},
    {"GET", "/a/{}/b", "one"},
    {"GET", "/x/pre-{}-post", "inside"},
    {"GET", "/a/first", "never: too late"},
    {"*", "/up/x/**", "any"},
    {"*", "/up/{}/**", "any other"},
    {"PUT", "/up/x/put/{}", "never: too late"},
    {"*", "/v1beta/**", "rest"},
};

struct row {
	const char *name, *method, *path;
	const char *target; /* NULL: none */
	const char *first, *second;
	const char *allow; /* with no target */
};

static const struct row rows[] = {
    {"the root", "GET", "/", "root", "", "", ""},
    {"exact", "GET", "/v1/models", "models", "", "", ""},
    {"a captured segment", "GET", "/v1/models/x-1.5", "model", "x-1.5", "", ""},
    {"HEAD is served by GET", "HEAD", "/v1/models/x", "model", "x", "", ""},
    {"the method decides", "DELETE", "/v1/models/x", "forget", "x", "", ""},
    {"another method", "POST", "/v1/models", NULL, "", "", "GET"},
    {"all methods of a path", "PUT", "/v1/models/x", NULL, "", "",
	"GET, DELETE"},
    {"methods are upper case", "get", "/v1/models", NULL, "", "", "GET"},
    {"HEAD of what can only be posted", "HEAD", "/v1/chat/completions", NULL,
	"", "", "POST"},
    {"one segment more", "GET", "/v1/models/x/y", NULL, "", "", ""},
    {"a literal segment goes before", "GET", "/v1/models/models/x",
	"model, long", "x", "", ""},
    {"unknown", "GET", "/v2/models", NULL, "", "", ""},
    {"a prefix is not enough", "GET", "/v1/model", NULL, "", "", ""},
    {"nor is more", "GET", "/v1/modelsx", NULL, "", "", ""},
    {"case counts", "GET", "/V1/models", NULL, "", "", ""},
    {"a slash at the end", "GET", "/v1/models/", NULL, "", "", ""},
    {"two slashes", "GET", "/v1//models", NULL, "", "", ""},
    {"no slash at the start", "GET", "v1/models", NULL, "", "", ""},
    {"an empty path", "GET", "", NULL, "", "", ""},

    {"a method of Google's", "POST", "/v1beta/models/x:generateContent",
	"generate", "x", "", ""},
    {"another one", "POST", "/v1beta/models/x:streamGenerateContent", "stream",
	"x", "", ""},
    {"one not known", "POST", "/v1beta/models/x:other", "rest",
	"/models/x:other", "", ""},
    {"a method without a model", "POST", "/v1beta/models/:generateContent",
	"rest", "/models/:generateContent", "", ""},
    {"two methods", "POST", "/v1beta/models/x:y:generateContent", "rest",
	"/models/x:y:generateContent", "", ""},
    {"the colon as %3A", "POST", "/v1beta/models/x%3AgenerateContent",
	"generate", "x", "", ""},

    {"an encoded slash stays in its segment", "GET", "/v1/models/models%2Fx",
	"model", "models/x", "", ""},
    {"encoded dots are only text", "GET", "/v1/models/%2e%2e", "model", "..",
	"", ""},
    {"a plus is a plus", "GET", "/v1/models/a+b", "model", "a+b", "", ""},
    {"a blank", "GET", "/v1/models/a%20b", "model", "a b", "", ""},
    {"UTF-8", "GET", "/v1/models/%c3%a9", "model", "\xc3\xa9", "", ""},
    {"an encoded letter of a literal", "GET", "/v1/%6dodels", "models", "", "",
	""},
    {"a broken encoding", "GET", "/v1/models/a%2", NULL, "", "", ""},
    {"not hex", "GET", "/v1/models/%zz", NULL, "", "", ""},
    {"an encoded NUL does not end a literal", "GET", "/v1/models%00", NULL, "",
	"", ""},

    {"two captures", "GET", "/a/1/b/2", "two", "1", "2", ""},
    {"what a longer pattern captured is forgotten", "GET", "/a/1/b", "one", "1",
	"", ""},
    {"inside a segment", "GET", "/x/pre-abc-post", "inside", "abc", "", ""},
    {"… at least one character", "GET", "/x/pre--post", NULL, "", "", ""},
    {"… that the ends do not share", "GET", "/x/pre-post", NULL, "", "", ""},

    {"an open end", "PATCH", "/up/x/a/b", "any", "/a/b", "", ""},
    {"… with nothing behind it", "GET", "/up/x", "any", "", "", ""},
    {"… or a slash", "DELETE", "/up/x/", "any", "/", "", ""},
    {"… as it was sent", "GET", "/up/x/%2e%2E/a%2fb//", "any",
	"/%2e%2E/a%2fb//", "", ""},
    {"… with an encoding that is none", "GET", "/up/x/%zz", "any", "/%zz", "",
	""},
    {"… behind a capture", "PUT", "/up/y%20z/c", "any other", "y z", "/c", ""},
    {"… takes no part of a segment", "GET", "/v1betas/x", NULL, "", "", ""},
    {"… nor a preflight", "OPTIONS", "/up/x/a", NULL, "", "", ""},
    {"… nor what has other methods", "GET", "/v1beta/models/x:generateContent",
	NULL, "", "", "POST"},
    {"… but what has none", "GET", "/v1beta/models/x/y", "rest", "/models/x/y",
	"", ""},
};

static void
test_rows(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct row *row = &rows[i];
		struct route_match match;
		route_find(
		    table, COUNT_OF(table), row->method, row->path, &match);
		const char *target =
		    match.route == NULL ? NULL : match.route->target;
		UNIT_ROW(unit_same(target, row->target), row->name);
		UNIT_ROW(unit_same(buf_cstr(&match.capture[0]), row->first),
		    row->name);
		UNIT_ROW(unit_same(buf_cstr(&match.capture[1]), row->second),
		    row->name);
		if (row->target == NULL)
			UNIT_ROW(unit_same(match.allow, row->allow), row->name);
		route_match_clear(&match);
	}
}

/* A capture that holds a NUL has its full length. */
static void
test_nul(void)
{
	struct route_match match;
	route_find(table, COUNT_OF(table), "GET", "/v1/models/a%00b", &match);
	CU_ASSERT(match.route != NULL);
	CU_ASSERT(match.capture[0].len == 3);
	route_match_clear(&match);
}

static void
test_join(void)
{
	static const struct {
		const char *path, *joined;
	} names[] = {
	    {"/m/a", "a"},
	    {"/m/a/b", "a/b"},
	    {"/m/a%2Fb", "a/b"},
	    {"/m/a%2Fb/c", "a/b/c"},
	    {"/m", ""},
	};
	static const struct route two[] = {
	    {"GET", "/m/{}", "one"}, {"GET", "/m/{}/{}", "two"}};
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct route_match match;
		struct buf text;
		buf_init(&text, BUF_SMALL);
		route_find(two, COUNT_OF(two), "GET", names[i].path, &match);
		route_match_join(&match, &text);
		UNIT_ROW(
		    unit_same(buf_cstr(&text), names[i].joined), names[i].path);
		route_match_clear(&match);
		buf_clear(&text);
	}
}

/* A pattern may hold no more captures than there is room for. */
static void
test_too_many(void)
{
	static const struct route many[] = {{"GET", "/{}/{}/{}", "many"}};
	struct route_match match;
	route_find(many, 1, "GET", "/a/b/c", &match);
	CU_ASSERT(match.route == NULL);
	route_match_clear(&match);
}

/* No length of a path does harm. */
static void
test_long(void)
{
	struct buf path;
	buf_init(&path, BUF_LARGE);
	buf_str(&path, "/v1/models/");
	for (int i = 0; i < 200000; i++)
		buf_str(&path, "%41");
	struct route_match match;
	route_find(table, COUNT_OF(table), "GET", buf_cstr(&path), &match);
	CU_ASSERT(match.route == NULL);
	route_match_clear(&match);

	buf_reset(&path);
	for (int i = 0; i < 200000; i++)
		buf_str(&path, "/a");
	route_find(table, COUNT_OF(table), "GET", buf_cstr(&path), &match);
	CU_ASSERT(match.route == NULL);
	route_match_clear(&match);
	buf_clear(&path);
}

static CU_TestInfo tests[] = {
    {"paths and methods", test_rows},
    {"a NUL in a capture", test_nul},
    {"what was captured, in one", test_join},
    {"too many captures", test_too_many},
    {"long paths", test_long},
    CU_TEST_INFO_NULL,
};

struct unit_suite route_suite = {"web/route", tests};
