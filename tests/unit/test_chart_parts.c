/* Tests of what charts are made of. */
#include "admin/chart_parts.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "unit.h"

static const char series_text[] =
    "[{\"answered\": 3, \"client\": 1, \"failed\": 2, \"prompt\": 100,"
    " \"cached\": 40, \"thought\": 5, \"answer\": 7, \"kinds\":"
    " {\"complete\": 3, \"client_gone\": 1, \"limited\": 2}},"
    " {\"answered\": 0, \"client\": 0, \"failed\": 0, \"kinds\": {}},"
    " {\"failed\": 9, \"kinds\": {\"limited\": 1, \"truncated\": 8}}]";

static struct json_object *series;

static void
read_parts(struct chart_parts *parts, enum chart_kind kind, const char *text)
{
	series = json_parse(text, strlen(text), NULL);
	CU_ASSERT_PTR_NOT_NULL(series);
	chart_parts_read(parts, kind, series);
}

static void
test_requests(void)
{
	struct chart_parts parts;
	read_parts(&parts, CHART_REQUESTS, series_text);
	CU_ASSERT_EQUAL(parts.n, 3);
	CU_ASSERT_EQUAL(parts.steps, 3);
	CU_ASSERT(unit_same(parts.names[2], "Failed"));
	CU_ASSERT_EQUAL(parts.totals[0], 3);
	CU_ASSERT_EQUAL(parts.totals[2], 11);
	CU_ASSERT_EQUAL(parts.values[2][2], 9);
	json_object_put(series);
}

/* What is part of another is not counted twice. */
static void
test_tokens(void)
{
	struct chart_parts parts;
	read_parts(&parts, CHART_TOKENS, series_text);
	CU_ASSERT_EQUAL(parts.n, 4);
	CU_ASSERT_EQUAL(parts.totals[0], 60);
	CU_ASSERT_EQUAL(parts.totals[1], 40);
	json_object_put(series);
}

/* The most frequent first; neither an answer nor a client that left is one. */
static void
test_errors(void)
{
	struct chart_parts parts;
	read_parts(&parts, CHART_ERRORS, series_text);
	CU_ASSERT_EQUAL(parts.n, 2);
	CU_ASSERT(unit_same(parts.names[0], "Broken off"));
	CU_ASSERT_EQUAL(parts.totals[0], 8);
	CU_ASSERT_EQUAL(parts.totals[1], 3);
	CU_ASSERT_EQUAL(parts.values[0][1], 2);
	json_object_put(series);
}

/* More kinds than parts: the rest is one. */
static void
test_many_errors(void)
{
	struct chart_parts parts;
	read_parts(&parts, CHART_ERRORS,
	    "[{\"kinds\": {\"a\": 9, \"b\": 8, \"c\": 7, \"d\": 6, \"e\": 5,"
	    " \"f\": 4, \"g\": 3, \"h\": 2}}, {\"kinds\": {\"h\": 1}}]");
	CU_ASSERT_EQUAL(parts.n, CHART_MAX_PARTS);
	CU_ASSERT(unit_same(parts.names[4], "e"));
	CU_ASSERT_EQUAL(parts.totals[4], 5);
	CU_ASSERT(unit_same(parts.names[5], "Others"));
	CU_ASSERT_EQUAL(parts.totals[5], 10);
	json_object_put(series);
}

static void
test_nothing(void)
{
	struct chart_parts parts;
	read_parts(&parts, CHART_ERRORS, "[{\"kinds\": {}}]");
	CU_ASSERT_EQUAL(parts.n, 0);
	CU_ASSERT_EQUAL(parts.steps, 1);
	json_object_put(series);
	chart_parts_read(&parts, CHART_REQUESTS, NULL);
	CU_ASSERT_EQUAL(parts.steps, 0);
}

static CU_TestInfo tests[] = {
    {"requests", test_requests},
    {"tokens", test_tokens},
    {"errors", test_errors},
    {"many kinds of errors", test_many_errors},
    {"nothing", test_nothing},
    CU_TEST_INFO_NULL,
};

struct unit_suite chart_parts_suite = {"chart_parts", tests};
