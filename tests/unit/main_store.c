/* The unit tests of what src/store does without a database. */
#include "base/attr.h"
#include "unit.h"

extern struct unit_suite memory_suite, token_rates_suite;

static struct unit_suite *const suites[] = {
    &memory_suite,
    &token_rates_suite,
};

int
main(void)
{
	return unit_run("store", suites, COUNT_OF(suites));
}
