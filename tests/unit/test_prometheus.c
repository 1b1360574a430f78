/* Tests of Prometheus's text format: heads, labels, buckets. */
#include "unit.h"

#include <json-c/json.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/prometheus.h"

#define MAX ((size_t)1024 * 1024)

static const struct prometheus_metric requests = {
    "n_total", PROMETHEUS_COUNTER, {"model", "outcome"}, "Requests.", 0, 0, 0};
static const struct prometheus_metric keys = {
    "keys", PROMETHEUS_GAUGE, {0}, "A \\ and\na line, \"quoted\".", 0, 0, 0};
static const struct prometheus_metric times = {
    "t_seconds", PROMETHEUS_HISTOGRAM, {"model"}, "Times.", 6, 8, 1000};
static const struct prometheus_metric own = {
    "o_seconds", PROMETHEUS_HISTOGRAM, {0}, "Ours.", -4, 1, 1};

#define REQUESTS "# HELP n_total Requests.\n# TYPE n_total counter\n"
#define KEYS                                             \
	"# HELP keys A \\\\ and\\na line, \"quoted\".\n" \
	"# TYPE keys gauge\n"
#define TIMES "# HELP t_seconds Times.\n# TYPE t_seconds histogram\n"
#define OWN "# HELP o_seconds Ours.\n# TYPE o_seconds histogram\n"

static const struct {
	const char *name;
	const struct prometheus_metric *metric;
	const char *value, *text;
} rows[] = {
    {"a number", &keys, "17", KEYS "keys 17\n"},
    {"large ones stay as they are", &keys, "9007199254740993",
	KEYS "keys 9007199254740993\n"},
    {"fractions, too", &keys, "1732217341.123456",
	KEYS "keys 1732217341.123456\n"},
    {"what is no number is none", &keys, "\"17\"", KEYS},
    {"nor is nothing", &keys, "null", KEYS},
    {"no samples", &requests, "[]", REQUESTS},
    {"labels in their order", &requests,
	"[{\"outcome\": \"complete\", \"value\": 3, \"model\": \"m\"}]",
	REQUESTS "n_total{model=\"m\",outcome=\"complete\"} 3\n"},
    {"a label that is missing is empty", &requests,
	"[{\"outcome\": \"complete\", \"value\": 3}]",
	REQUESTS "n_total{model=\"\",outcome=\"complete\"} 3\n"},
    {"a sample without a value is none", &requests,
	"[{\"model\": \"m\"}, 5, null]", REQUESTS},
    {"what would end a value", &requests,
	"[{\"model\": \"a\\\"} 1\\n# b \\\\ \", \"outcome\": \"\\u202e💣\\r\", "
	"\"value\": 1}]",
	REQUESTS "n_total{model=\"a\\\"} 1\\n# b \\\\ \","
		 "outcome=\"\u202e💣\r\"} 1\n"},
    {"buckets are exact at their ends", &times,
	"[{\"model\": \"m\", \"total_us\": 2345678, "
	"\"octaves\": {\"-10\": 1, \"5\": 1, \"6\": 2, \"7\": 4, \"8\": 8, "
	"\"30\": 16}}]",
	TIMES "t_seconds_bucket{model=\"m\",le=\"0.063\"} 2\n"
	      "t_seconds_bucket{model=\"m\",le=\"0.127\"} 4\n"
	      "t_seconds_bucket{model=\"m\",le=\"0.255\"} 8\n"
	      "t_seconds_bucket{model=\"m\",le=\"+Inf\"} 32\n"
	      "t_seconds_sum{model=\"m\"} 2.345678\n"
	      "t_seconds_count{model=\"m\"} 32\n"},
    {"of microseconds likewise", &own,
	"[{\"total_us\": 7, \"octaves\": {\"-5\": 1, \"-4\": 1, \"0\": 1}}]",
	OWN "o_seconds_bucket{le=\"6.2e-05\"} 1\n"
	    "o_seconds_bucket{le=\"0.000124\"} 2\n"
	    "o_seconds_bucket{le=\"0.000249\"} 2\n"
	    "o_seconds_bucket{le=\"0.000499\"} 2\n"
	    "o_seconds_bucket{le=\"0.000999\"} 2\n"
	    "o_seconds_bucket{le=\"0.001999\"} 3\n"
	    "o_seconds_bucket{le=\"+Inf\"} 3\n"
	    "o_seconds_sum 0.000007\n"
	    "o_seconds_count 3\n"},
    {"no times", &own, "[{\"total_us\": 7}]", OWN},
};

static void
test_rows(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf out;
		struct json_object *value =
		    json_parse(rows[i].value, strlen(rows[i].value), NULL);
		buf_init(&out, MAX);
		prometheus_write(rows[i].metric, value, &out);
		UNIT_ROW(unit_same(buf_cstr(&out), rows[i].text), rows[i].name);
		json_object_put(value);
		buf_clear(&out);
	}
}

static CU_TestInfo tests[] = {
    {"heads, labels, buckets", test_rows},
    CU_TEST_INFO_NULL,
};

struct unit_suite prometheus_suite = {"protocol/prometheus", tests};
