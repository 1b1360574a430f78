/* protocol/rate_span: the formats that OpenAI has. */
#include "protocol/rate_span.h"

#include "base/attr.h"
#include "unit.h"

extern struct unit_suite rate_span_suite;

static void
test_write(void)
{
	static const struct {
		int64_t ms;
		const char *text;
	} rows[] = {
	    {INT64_MIN, "0s"},
	    {-5, "0s"},
	    {0, "0s"},
	    {1, "1ms"},
	    {999, "999ms"},
	    {1000, "1s"},
	    {1001, "2s"},
	    {59000, "59s"},
	    {59001, "1m0s"},
	    {360000, "6m0s"},
	    {3599999, "1h0m0s"},
	    {86340000, "23h59m0s"},
	    {90061000, "25h1m1s"},
	    {INT64_MAX, "2562047788015h12m56s"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf out;
		buf_init(&out, BUF_SMALL);
		rate_span_write(&out, rows[i].ms);
		UNIT_ROW(unit_same(rows[i].text, buf_cstr(&out)), rows[i].text);
		buf_clear(&out);
	}
}

static CU_TestInfo tests[] = {
    {"spans", test_write},
    CU_TEST_INFO_NULL,
};

struct unit_suite rate_span_suite = {"rate_span", tests};
