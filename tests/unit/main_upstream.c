/* The unit tests of the upstream layer: what of it needs no other host. */
#include "base/attr.h"
#include "unit.h"

extern struct unit_suite address_suite, webhook_suite;

static struct unit_suite *const suites[] = {&address_suite, &webhook_suite};

int
main(void)
{
	return unit_run("upstream", suites, COUNT_OF(suites));
}
