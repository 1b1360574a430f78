/* protocol/insertions: text of our own between the texts of Gemini's. */
#include "protocol/insertions.h"

#include <stdint.h>
#include <string.h>

#include "base/attr.h"
#include "unit.h"

static void
add(struct insertions *in, size_t at, const char *text)
{
	insertions_add(in, at, text, strlen(text));
}

static void
test_places(void)
{
	static const struct {
		const char *name;
		size_t at, before, there;
	} rows[] = {
	    {"the start", 0, 0, 3},
	    {"behind the first", 1, 3, 3},
	    {"just before the second", 4, 3, 3},
	    {"the second", 5, 3, 5},
	    {"between", 6, 5, 5},
	    {"the last", 9, 5, 6},
	    {"behind all", 10, 6, 6},
	    {"far behind", SIZE_MAX, 6, 6},
	};
	struct insertions in = {0};
	CU_ASSERT_EQUAL(insertions_before(&in, 7, true), 0);
	CU_ASSERT_EQUAL(insertions_before(NULL, 7, true), 0);
	add(&in, 0, "a\xc3\xa4");
	add(&in, 0, "b");
	add(&in, 5, "\xe2\x82\xac\xf0\x9f\x98\x80");
	add(&in, 9, "d");
	CU_ASSERT_EQUAL(in.n, 3);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		UNIT_ROW(
		    insertions_before(&in, rows[i].at, false) == rows[i].before,
		    rows[i].name);
		UNIT_ROW(
		    insertions_before(&in, rows[i].at, true) == rows[i].there,
		    rows[i].name);
	}
	CU_ASSERT(insertions_ok(&in));
	insertions_clear(&in);
}

static void
test_join(void)
{
	struct insertions in = {0};
	struct buf out;
	buf_init(&out, BUF_SMALL);
	insertions_keep(&in, BUF_SMALL);
	add(&in, 0, "<");
	add(&in, 2, "-");
	add(&in, 2, "-");
	add(&in, 4, ">");
	insertions_join(&in, "abcd", 4, &out);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out), "<ab--cd>");

	/* A text that lost its end. */
	buf_reset(&out);
	insertions_join(&in, "abc", 3, &out);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out), "<ab--c>");
	insertions_clear(&in);
	buf_clear(&out);
}

static void
test_limits(void)
{
	struct insertions in = {0};
	insertions_keep(&in, 4);
	add(&in, 0, "abcd");
	CU_ASSERT(insertions_ok(&in));
	add(&in, 1, "e");
	CU_ASSERT_FALSE(insertions_ok(&in));
	insertions_clear(&in);
	CU_ASSERT(insertions_ok(&in));

	/* Without texts there is no limit, and any number has room. */
	for (size_t i = 0; i < 1000; i++)
		add(&in, i, "xy");
	CU_ASSERT(insertions_ok(&in));
	CU_ASSERT_EQUAL(insertions_before(&in, 500, false), 1000);
	insertions_clear(&in);
}

static CU_TestInfo tests[] = {
    {"places", test_places},
    {"joined", test_join},
    {"limits", test_limits},
    CU_TEST_INFO_NULL,
};

struct unit_suite insertions_suite = {"protocol/insertions", tests};
