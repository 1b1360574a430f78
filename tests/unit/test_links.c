/* Tests of links of pages below a folder. */
#include "admin/links.h"

#include "base/attr.h"
#include "unit.h"

struct row {
	const char *row, *page, *moved;
};

static const struct row rows[] = {
    {"none", "<p>a</p>", "<p>a</p>"},
    {"empty", "", ""},
    {"href", "<a href=\"/keys\">", "<a href=\"/kw/keys\">"},
    {"the first page", "<a href=\"/\">", "<a href=\"/kw/\">"},
    {"action", "<form action=\"/x\">", "<form action=\"/kw/x\">"},
    {"formaction", "<button formaction=\"/x\">",
	"<button formaction=\"/kw/x\">"},
    {"src, twice", "<img src=\"/a\"><img src=\"/b\">",
	"<img src=\"/kw/a\"><img src=\"/kw/b\">"},
    {"elsewhere", "<a href=\"https://a.example/b\">",
	"<a href=\"https://a.example/b\">"},
    {"on this page", "<a href=\"#x\"><a href=\"?a=/b\">",
	"<a href=\"#x\"><a href=\"?a=/b\">"},
    {"a value is a path of its own", "<input value=\"/keys\">",
	"<input value=\"/keys\">"},
    {"text that was filled in", "<p>href=&quot;/keys</p>",
	"<p>href=&quot;/keys</p>"},
    {"cut short", "\"/", "\"/"},
};

static void
test_links(void)
{
	struct buf page, moved;
	buf_init(&page, BUF_SMALL);
	buf_init(&moved, BUF_SMALL);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		buf_reset(&page);
		buf_reset(&moved);
		buf_str(&page, rows[i].page);
		links_below("/kw", &page, &moved);
		UNIT_ROW(
		    unit_same(buf_cstr(&moved), rows[i].moved), rows[i].row);
	}
	buf_clear(&page);
	buf_clear(&moved);
}

static CU_TestInfo tests[] = {
    {"links", test_links},
    CU_TEST_INFO_NULL,
};

struct unit_suite links_suite = {"admin/links", tests};
