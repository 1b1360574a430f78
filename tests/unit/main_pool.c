/* The unit tests of src/pool. */
#include "base/attr.h"
#include "unit.h"

extern struct unit_suite error_body_suite, verdict_suite, pacific_suite,
    key_text_suite, pool_choice_suite, quota_suite, heal_suite, deadline_suite,
    rendezvous_suite, token_rule_suite;

static struct unit_suite *const suites[] = {
    &error_body_suite,
    &verdict_suite,
    &pacific_suite,
    &key_text_suite,
    &pool_choice_suite,
    &quota_suite,
    &heal_suite,
    &deadline_suite,
    &rendezvous_suite,
    &token_rule_suite,
};

int
main(void)
{
	return unit_run("pool", suites, COUNT_OF(suites));
}
