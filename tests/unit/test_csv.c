/* base/csv: fields as RFC 4180 has them, and no formulas. */
#include "base/csv.h"

#include <string.h>

#include "base/attr.h"
#include "unit.h"

static void
test_text(void)
{
	static const struct {
		const char *text, *field;
	} rows[] = {
	    {"", ""},
	    {"plain", "plain"},
	    {"a b", "a b"},
	    {"a,b", "\"a,b\""},
	    {"say \"hi\"", "\"say \"\"hi\"\"\""},
	    {"two\nlines", "\"two\nlines\""},
	    {"two\r\nlines", "\"two\r\nlines\""},
	    {" blank", "\" blank\""},
	    {"blank ", "\"blank \""},
	    {"=1+1", "'=1+1"},
	    {"+1", "'+1"},
	    {"-1", "'-1"},
	    {"@SUM(A1)", "'@SUM(A1)"},
	    {"\tx", "'\tx"},
	    {"\rx", "\"'\rx\""},
	    {"  =1", "\"'  =1\""},
	    {"=\"a\",1", "\"'=\"\"a\"\",1\""},
	    {"a=1", "a=1"},
	    {"\xc3\xa9\xe2\x80\xae", "\xc3\xa9\xe2\x80\xae"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf out;
		buf_init(&out, BUF_SMALL);
		csv_text(&out, true, rows[i].text, strlen(rows[i].text));
		UNIT_ROW(
		    strcmp(buf_cstr(&out), rows[i].field) == 0, rows[i].text);
		buf_clear(&out);
	}
}

static void
test_line(void)
{
	struct buf out;
	buf_init(&out, BUF_SMALL);
	csv_word(&out, true, "12");
	csv_text(&out, false, "a\0b", 3);
	csv_text(&out, false, "", 0);
	csv_word(&out, false, "");
	csv_end_line(&out);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out), "12,a b,,\r\n");
	buf_clear(&out);
}

static CU_TestInfo tests[] = {
    {"a text", test_text},
    {"a line", test_line},
    CU_TEST_INFO_NULL,
};
struct unit_suite csv_suite = {"base/csv", tests};
