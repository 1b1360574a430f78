/* The unit tests of src/sound. */
#include "base/attr.h"
#include "unit.h"

extern struct unit_suite encoder_suite;

static struct unit_suite *const suites[] = {&encoder_suite};

int
main(void)
{
	return unit_run("sound", suites, COUNT_OF(suites));
}
