/* Alarms, rests for everybody, limits and jobs, in words. */
#include "admin/dashboard_pool.h"

#include "admin/alarm_words.h"
#include "admin/number.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"

/* --- alarms -------------------------------------------------------------- */

static void
shape_alarms(struct json_object *rows)
{
	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *row = json_at(rows, i);
		alarm_words(row);
		json_set_bool(row, "again", json_get_int(row, "times", 1) > 1);
		number_set(row, "times", json_get_int(row, "times", 1));
	}
}

/* --- rests and limits ---------------------------------------------------- */

struct words {
	const char *name, *words;
};

static const struct words rest_words[] = {
    {"storm",
	N_("Several projects were refused within seconds: Google or our "
	   "address is in trouble, no key is to blame.")},
    {"model_unknown", N_("Gemini does not know it.")},
    {"overloaded", N_("Google has too much to do.")},
    {"no_capacity", N_("Google has no capacity for it.")},
    {"location", N_("Google does not serve our address.")},
};

static const struct words kind_words[] = {
    {"rpm", N_("requests a minute")},
    {"tpm", N_("input tokens a minute")},
    {"rpd", N_("requests a day")},
    {"tpd", N_("input tokens a day")},
};

/* The row of that name; what is not known is called by its name. */
static struct words
find(const struct words *table, size_t n, const char *name)
{
	struct words unknown = {name, name};
	for (size_t i = 0; i < n; i++)
		if (text_same(name, table[i].name))
			return table[i];
	return unknown;
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
dashboard_pool_shape(struct json_object *data)
{
	shape_alarms(json_get(data, "alarms"));
	shape_rests(json_get(data, "everybody"));
	shape_limits(json_get(data, "limits"));
	json_set_bool(
	    data, "any_rests", json_count(json_get(data, "everybody")) > 0);
}
