/* The unit tests of src/admin: what of it needs no request. */
#include "base/attr.h"
#include "unit.h"

extern struct unit_suite chart_parts_suite, chart_scale_suite, post_parts_suite,
    setting_form_suite, key_filter_suite, model_warn_suite, pager_suite,
    request_bar_suite, request_trail_suite, try_answer_suite, try_body_suite,
    links_suite;

static struct unit_suite *const suites[] = {
    &links_suite,
    &chart_parts_suite,
    &chart_scale_suite,
    &post_parts_suite,
    &setting_form_suite,
    &key_filter_suite,
    &model_warn_suite,
    &pager_suite,
    &request_bar_suite,
    &request_trail_suite,
    &try_answer_suite,
    &try_body_suite,
};

int
main(void)
{
	return unit_run("admin", suites, COUNT_OF(suites));
}
