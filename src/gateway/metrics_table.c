/* The table of metrics; sql/functions/084_metrics_scrape.sql fills it. */
#include "gateway/metrics_table.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"

#define COUNTER PROMETHEUS_COUNTER
#define GAUGE PROMETHEUS_GAUGE
#define HISTOGRAM PROMETHEUS_HISTOGRAM

/* From 64 ms to 9 minutes, and from an eighth of a millisecond to a second. */
#define LONG_TIMES 6, 19, 1000
#define SHORT_TIMES -3, 10, 1

#define KINDS                                                          \
	"By kind: prompt, cached (a part of prompt), thought, answer " \
	"(without "                                                    \
	"thought)."

/* clang-format off */
const struct prometheus_metric metrics_table[] = {
    {"keywheel_database_up", GAUGE, {0},
	"Could the database be asked? If not, little else is told.", 0, 0, 0},
    {"keywheel_build_info", GAUGE, {"version"},
	"Always 1; the version of the responder that answered.", 0, 0, 0},
    {"keywheel_schema_version", GAUGE, {0},
	"The last migration of the database.", 0, 0, 0},
    {"keywheel_settings_version", GAUGE, {0},
	"Goes up by one whenever the settings change.", 0, 0, 0},

    {"keywheel_requests_total", COUNTER, {"model", "outcome"},
	"Requests that have ended, by how they ended.", 0, 0, 0},
    {"keywheel_requests_from_cache_total", COUNTER, {"model"},
	"Requests that were answered by the response cache.", 0, 0, 0},
    {"keywheel_attempts_total", COUNTER, {"model"},
	"Attempts that requests took, those that failed too.", 0, 0, 0},
    {"keywheel_tokens_total", COUNTER, {"model", "kind"},
	"Tokens of answers that were delivered. " KINDS, 0, 0, 0},
    {"keywheel_token_requests_total", COUNTER,
	{"token_id", "token", "class"},
	"Requests that have ended, by the client's token. By class: answered; "
	"client, who was the reason that they were not; failed.", 0, 0, 0},
    {"keywheel_token_tokens_total", COUNTER, {"token_id", "token", "kind"},
	"Tokens of answers that were delivered, by the client's token. "
	KINDS, 0, 0, 0},
    {"keywheel_attempts_failed_total", COUNTER, {"verdict"},
	"Attempts that failed, by the verdict on them.", 0, 0, 0},
    {"keywheel_attempts_failed_tokens_total", COUNTER, {"kind"},
	"Tokens that failed attempts had used; no client got anything for "
	"them. " KINDS, 0, 0, 0},

    {"keywheel_first_byte_seconds", HISTOGRAM, {"model"},
	"Time to the first byte of what was answered.", LONG_TIMES},
    {"keywheel_request_duration_seconds", HISTOGRAM, {"model"},
	"Time to the end of what was answered.", LONG_TIMES},
    {"keywheel_overhead_seconds", HISTOGRAM, {0},
	"What of that was ours: all but waiting for Gemini, for a key and for "
	"the client.", SHORT_TIMES},
    {"keywheel_database_seconds", HISTOGRAM, {0},
	"What of ours was waiting for the database.", SHORT_TIMES},

    {"keywheel_requests_in_flight", GAUGE, {0},
	"Requests under way.", 0, 0, 0},
    {"keywheel_requests_waiting", GAUGE, {0},
	"Requests that wait for a key.", 0, 0, 0},
    {"keywheel_keys", GAUGE, {"pool", "state"},
	"Keys by state: ready; resting, for some model at least; disabled.",
	0, 0, 0},
    {"keywheel_cooldowns", GAUGE, {"reason"},
	"Rests of a project or key for a model that are in force.", 0, 0, 0},
    {"keywheel_model_rest_seconds", GAUGE, {"model", "reason"},
	"Models that rest for all keys (* is every model): for how long yet.",
	0, 0, 0},
    {"keywheel_alarms_open", GAUGE, {"kind"},
	"Alarms that are not over.", 0, 0, 0},
    {"keywheel_proxies_down", GAUGE, {0},
	"Egress proxies that do not work.", 0, 0, 0},
    {"keywheel_token_budget_used_ratio", GAUGE, {"token_id", "token"},
	"What of its monthly budget a token has used; 1 is all of it.",
	0, 0, 0},

    {"keywheel_job_last_success_timestamp_seconds", GAUGE, {"name"},
	"When the job last succeeded.", 0, 0, 0},
    {"keywheel_job_overdue_seconds", GAUGE, {"name"},
	"For how long the job has been due without anybody running it.",
	0, 0, 0},
    {"keywheel_job_last_run_failed", GAUGE, {"name"},
	"Did the job's last run fail?", 0, 0, 0},
    {"keywheel_account_unsummed_requests", GAUGE, {0},
	"Requests of the account that are not summed up yet. They are counted "
	"here all the same.", 0, 0, 0},
    {"keywheel_account_summed_timestamp_seconds", GAUGE, {0},
	"When the account was last summed up.", 0, 0, 0},
    {"keywheel_database_size_bytes", GAUGE, {0},
	"Size of the database.", 0, 0, 0},
};
/* clang-format on */
const size_t metrics_n = COUNT_OF(metrics_table);

void
metrics_write(struct json_object *data, struct buf *out)
{
	for (size_t i = 0; i < metrics_n; i++) {
		const struct prometheus_metric *m = &metrics_table[i];
		prometheus_write(
		    m, json_get(data, m->name + strlen(METRICS_PREFIX)), out);
	}
}
