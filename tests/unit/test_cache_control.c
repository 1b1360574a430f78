/* Tests of web/cache_control. */
#include "web/cache_control.h"

#include <stddef.h>

#include "base/attr.h"
#include "unit.h"

extern struct unit_suite cache_control_suite;

static void
test_read(void)
{
	static const struct {
		const char *value;
		bool no_store;
		int64_t max_age_s;
	} fields[] = {
	    {NULL, false, -1},
	    {"", false, -1},
	    {",, ,", false, -1},
	    {"no-transform", false, -1},
	    {"no-cache", false, 0},
	    {"No-Store", true, -1},
	    {"no-store,no-cache", true, 0},
	    {"max-age=60", false, 60},
	    {"max-age=60, no-cache", false, 0},
	    {"no-cache , max-age=60", false, 0},
	    {"max-age=0", false, 0},
	    {"max-age=-1", false, -1},
	    {"max-age=x", false, -1},
	    {"max-age=", false, -1},
	    {"max-age=99999999999999999999", false, -1},
	    {"no-cachecachecachecachecachecachecachecache", false, -1},
	};
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		struct cache_control c = cache_control_read(fields[i].value);
		CU_ASSERT_EQUAL(c.no_store, fields[i].no_store);
		CU_ASSERT_EQUAL(c.max_age_s, fields[i].max_age_s);
	}
}

static CU_TestInfo tests[] = {
    {"directives", test_read},
    CU_TEST_INFO_NULL,
};
struct unit_suite cache_control_suite = {"web/cache_control", tests};
