/* The unit tests of the relay, with scripted neighbours. */
#include "base/attr.h"
#include "unit.h"

extern struct unit_suite relay_suite, relay_time_suite, relay_keys_suite,
    relay_fan_suite, relay_pace_suite, relay_wait_suite, relay_parts_suite,
    relay_cost_suite, relay_apart_suite;

static struct unit_suite *const suites[] = {
    &relay_suite,
    &relay_time_suite,
    &relay_keys_suite,
    &relay_fan_suite,
    &relay_pace_suite,
    &relay_wait_suite,
    &relay_parts_suite,
    &relay_cost_suite,
    &relay_apart_suite,
};

int
main(void)
{
	return unit_run("relay", suites, COUNT_OF(suites));
}
