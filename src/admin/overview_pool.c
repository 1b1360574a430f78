/* Alarms, rests for everybody, limits and jobs, in words. */
#include "admin/overview_pool.h"

#include "admin/number.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"

struct words {
	const char *name, *words;
	bool bad; /* worse than a warning */
};

static const struct words alarm_words[] = {
    {"storm", "Google or our address is in trouble", false},
    {"location", "Google does not serve our address", true},
    {"leaked_key", "A key has leaked", true},
    {"no_key", "A pool has no key left", true},
    {"job_failed", "A job failed", false},
    {"proxy_down", "A proxy is down", false},
};

static const struct words rest_words[] = {
    {"storm",
	"refused to several projects within seconds: Google or our "
	"address is in trouble, no key is to blame",
	false},
    {"model_unknown", "Gemini does not know it", false},
    {"overloaded", "Google has too much to do", false},
    {"no_capacity", "Google has no capacity for it", false},
    {"location", "Google does not serve our address", true},
};

static const struct words kind_words[] = {
    {"rpm", "requests a minute", false},
    {"tpm", "input tokens a minute", false},
    {"rpd", "requests a day", false},
    {"tpd", "input tokens a day", false},
};

/* The row of that name; what is not known is called by its name. */
static struct words
find(const struct words *table, size_t n, const char *name)
{
	struct words unknown = {name, name, false};
	for (size_t i = 0; i < n; i++)
		if (text_same(name, table[i].name))
			return table[i];
	return unknown;
}

static void
shape_alarms(struct json_object *alarms)
{
	for (size_t i = 0; i < json_count(alarms); i++) {
		struct json_object *alarm = json_at(alarms, i);
		struct words w = find(alarm_words, COUNT_OF(alarm_words),
		    json_get_text(alarm, "kind"));
		json_set_text(alarm, "words", w.words);
		json_set_text(alarm, "level", w.bad ? "bad" : "warn");
		json_set_bool(
		    alarm, "again", json_get_int(alarm, "times", 1) > 1);
		number_set(alarm, "times", json_get_int(alarm, "times", 1));
	}
}

static void
shape_rests(struct json_object *rests)
{
	for (size_t i = 0; i < json_count(rests); i++) {
		struct json_object *rest = json_at(rests, i);
		struct words w = find(rest_words, COUNT_OF(rest_words),
		    json_get_text(rest, "reason"));
		json_set_text(rest, "words", w.words);
		json_set_bool(rest, "all_models",
		    text_same(json_get_text(rest, "model"), "*"));
	}
}

static void
shape_limits(struct json_object *limits)
{
	struct json_object *busiest = json_get(limits, "busiest");
	int64_t all = json_get_int(limits, "all", 0);
	for (size_t i = 0; i < json_count(busiest); i++) {
		struct json_object *row = json_at(busiest, i);
		int64_t value = json_get_int(row, "value", 0);
		int64_t used = json_get_int(row, "used", 0);
		bool full = used >= value;
		int64_t bar = full ? 100 : used * 100 / value;
		struct words w = find(kind_words, COUNT_OF(kind_words),
		    json_get_text(row, "kind"));
		json_set_text(row, "words", w.words);
		json_set_int(row, "bar", bar);
		json_set_text(row, "level",
		    full           ? "bad"
			: bar > 80 ? "warn"
				   : "good");
		number_set(row, "value", value);
		number_set(row, "used", used);
	}
	json_set_bool(limits, "any", all > 0);
	json_set_bool(limits, "idle", all > 0 && json_count(busiest) == 0);
	number_set(limits, "all", all);
}

void
overview_pool_shape(struct json_object *data)
{
	shape_alarms(json_get(data, "alarms"));
	shape_rests(json_get(data, "everybody"));
	shape_limits(json_get(data, "limits"));
	json_set_bool(
	    data, "any_rests", json_count(json_get(data, "everybody")) > 0);
	json_set_bool(data, "any_jobs", json_count(json_get(data, "jobs")) > 0);
}
