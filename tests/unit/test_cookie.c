/* Tests of cookies: one name's values. */
#include "web/cookie.h"

#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "unit.h"

struct row {
	const char *row, *header;
	const char *values; /* of `k`, each with a | behind it */
};

static const struct row rows[] = {
    {"alone", "k=abc", "abc|"},
    {"among others", "a=1; k=abc; b=2", "abc|"},
    {"two of one name", "k=1; k=2", "1|2|"},
    {"without blanks", "a=1;k=2;b=3", "2|"},
    {"blanks all around", "  ;; k=1 \t; ", "1|"},
    {"an empty value", "k=", "|"},
    {"more equals signs", "k=a=b", "a=b|"},
    {"no value", "k; a=1", ""},
    {"case counts", "K=1", ""},
    {"a longer name", "kk=1; ak=2", ""},
    {"a value that looks like it", "a=k=1", ""},
    {"nothing", "", ""},
    {"garbage", ";=; ==;\x01\xff;k", ""},
};

static void
test_values(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *header = rows[i].header, *value;
		struct buf values;
		size_t len;
		buf_init(&values, BUF_SMALL);
		while ((value = cookie_next(&header, "k", &len)) != NULL) {
			buf_add(&values, value, len);
			buf_byte(&values, '|');
		}
		UNIT_ROW(
		    unit_same(buf_cstr(&values), rows[i].values), rows[i].row);
		buf_clear(&values);
	}
}

static CU_TestInfo tests[] = {
    {"values of a name", test_values},
    CU_TEST_INFO_NULL,
};

struct unit_suite cookie_suite = {"web/cookie", tests};
