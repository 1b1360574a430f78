/* The unit tests of src/web. */
#include "base/attr.h"
#include "unit.h"

extern struct unit_suite multipart_suite, route_suite, query_suite, peer_suite,
    template_suite, cache_control_suite, url_repair_suite, catalog_suite,
    reader_suite, cookie_suite, source_suite, target_suite;

static struct unit_suite *const suites[] = {
    &multipart_suite,
    &route_suite,
    &query_suite,
    &peer_suite,
    &template_suite,
    &cache_control_suite,
    &url_repair_suite,
    &catalog_suite,
    &reader_suite,
    &cookie_suite,
    &source_suite,
    &target_suite,
};

int
main(void)
{
	return unit_run("web", suites, COUNT_OF(suites));
}
