/* The unit tests of the base layer. */
#include "base/attr.h"
#include "unit.h"

extern struct unit_suite base64_suite, json_long_suite, url_suite, buf_suite,
    crypt_suite, csv_suite, digest_suite, dotenv_suite, dump_suite,
    gb_kind_suite, json_suite, log_suite, log_record_suite, master_ring_suite,
    network_suite, proxy_url_suite, setting_check_suite, setting_suite,
    text_suite, zone_suite, alert_receiver_suite;

static struct unit_suite *const suites[] = {&alert_receiver_suite, &buf_suite,
    &text_suite, &base64_suite, &url_suite, &proxy_url_suite, &json_suite,
    &json_long_suite, &log_suite, &log_record_suite, &network_suite,
    &crypt_suite, &master_ring_suite, &setting_suite, &setting_check_suite,
    &dotenv_suite, &dump_suite, &gb_kind_suite, &digest_suite, &zone_suite,
    &csv_suite};

int
main(void)
{
	return unit_run("base", suites, COUNT_OF(suites));
}
