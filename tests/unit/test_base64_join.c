/* Tests of the joining of base64 texts. */
#include "unit.h"

#include <string.h>

#include "base/attr.h"
#include "protocol/base64_join.h"

#define MAX ((size_t)1024 * 1024)

static void
test_base64_join(void)
{
	static const struct {
		const char *name, *pieces[4], *joined;
	} rows[] = {
	    {"nothing", {""}, ""},
	    {"one", {"AQID"}, "AQID"},
	    {"one and one byte", {"AQ==", "Ag=="}, "AQI="},
	    {"no padding", {"AQ", "Ag", "Aw"}, "AQID"},
	    {"two and two", {"AQI=", "AwQ="}, "AQIDBA=="},
	    {"padding inside", {"AQ==Ag=="}, "AQI="},
	    {"URL-safe, line ends", {"_-\n8", "="}, "/+8="},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct base64_join j = {0};
		struct buf out;
		buf_init(&out, MAX);
		for (int k = 0; k < 4 && rows[i].pieces[k] != NULL; k++)
			base64_join_add(&j, rows[i].pieces[k],
			    strlen(rows[i].pieces[k]), &out);
		base64_join_end(&j, &out);
		UNIT_ROW(unit_same(buf_cstr(&out), rows[i].joined) == 1,
		    rows[i].name);
		buf_clear(&out);
	}
}

static CU_TestInfo tests[] = {
    {"pieces with any padding", test_base64_join},
    CU_TEST_INFO_NULL,
};

struct unit_suite base64_join_suite = {"protocol/base64_join", tests};
