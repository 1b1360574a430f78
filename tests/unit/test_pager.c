/* Tests of the ways through a list by numbers of pages. */
#include "admin/pager.h"

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"
#include "unit.h"

static const struct pager_row {
	int64_t page, pages;
	bool more;
	const char *shown; /* NULL: there is no pager */
} rows[] = {
    {1, 1, false, NULL},
    {1, 0, false, NULL},
    {1, 2, false, "[1] 2 >"},
    {2, 2, false, "< 1 [2]"},
    {1, 9, false, "[1] 2 3 … 9 >"},
    {5, 9, false, "< 1 2 3 4 [5] 6 7 8 9 >"},
    {6, 12, false, "< 1 … 4 5 [6] 7 8 … 12 >"},
    {12, 12, false, "< 1 … 10 11 [12]"},
    {1, 3, true, "[1] 2 3 … >"},
    {3, 3, true, "< 1 2 [3] … >"},
    {20, 3, false, "< 1 … 18 19 [20]"},
};

static void
show(struct json_object *pager, struct buf *out)
{
	struct json_object *pages = json_get(pager, "pages");
	if (json_get(pager, "previous") != NULL)
		buf_str(out, "< ");
	for (size_t i = 0; i < json_count(pages); i++) {
		struct json_object *p = json_at(pages, i);
		bool current = json_get_bool(p, "current");
		buf_fmt(out, "%s%s%s%s", i > 0 ? " " : "", current ? "[" : "",
		    json_get_bool(p, "gap") ? "…" : json_get_text(p, "n"),
		    current ? "]" : "");
	}
	if (json_get(pager, "next") != NULL)
		buf_str(out, " >");
}

static void
test_pages(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf out;
		struct json_object *pager = pager_make(
		    "/keys", "", rows[i].page, rows[i].pages, rows[i].more);
		buf_init(&out, BUF_SMALL);
		if (pager != NULL)
			show(pager, &out);
		UNIT_ROW(unit_same(pager == NULL ? NULL : buf_cstr(&out),
			     rows[i].shown),
		    rows[i].shown);
		json_object_put(pager);
		buf_clear(&out);
	}
}

static void
test_links(void)
{
	struct json_object *pager =
	    pager_make("/keys", "q=a%26b&page=2&size=10", 2, 3, false);
	CU_ASSERT_STRING_EQUAL(
	    json_get_text(pager, "previous"), "/keys?q=a%26b&size=10");
	CU_ASSERT_STRING_EQUAL(
	    json_get_text(pager, "next"), "/keys?q=a%26b&size=10&page=3");
	json_object_put(pager);
	pager = pager_make("/keys", "", 2, 2, false);
	CU_ASSERT_STRING_EQUAL(json_get_text(pager, "previous"), "/keys");
	json_object_put(pager);
}

static CU_TestInfo tests[] = {
    {"which pages", test_pages},
    {"where they lead", test_links},
    CU_TEST_INFO_NULL,
};

struct unit_suite pager_suite = {"pager", tests};
