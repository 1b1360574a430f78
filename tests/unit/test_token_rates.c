/* store/token_rates: what the database says is left. */
#include "store/token_rates.h"

#include "base/attr.h"
#include "unit.h"

extern struct unit_suite token_rates_suite;

static void
test_read(void)
{
	static const struct {
		const char *text;
		int64_t n[6];
	} rows[] = {
	    {"{60,59,61000,1000,400,62000}", {60, 59, 61000, 1000, 400, 62000}},
	    {"{NULL,NULL,NULL,10,0,5}", {0, 0, 0, 10, 0, 5}},
	    {"{9,1,0,NULL,NULL,NULL}", {9, 1, 0, 0, 0, 0}},
	    {"{7", {7, 0, 0, 0, 0, 0}},
	    {"", {0}},
	    {NULL, {0}},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct token_rates r;
		const int64_t *n = rows[i].n;
		token_rates_read(rows[i].text, &r);
		CU_ASSERT(r.requests.allowed == n[0] &&
		    r.requests.left == n[1] && r.requests.reset_ms == n[2] &&
		    r.tokens.allowed == n[3] && r.tokens.left == n[4] &&
		    r.tokens.reset_ms == n[5]);
	}
}

static CU_TestInfo tests[] = {
    {"the array", test_read},
    CU_TEST_INFO_NULL,
};

struct unit_suite token_rates_suite = {"token_rates", tests};
