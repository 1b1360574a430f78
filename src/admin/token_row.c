/* Tokens as they are shown. */
#include "admin/token_row.h"

#include <stdio.h>

#include "admin/badge.h"
#include "admin/number.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"

static const struct badge states[] = {
    {"active", "good", N_("active")},
    {"disabled", "other", N_("disabled")},
    {"expired", "warn", N_("expired")},
    {"revoked", "bad", N_("revoked")},
};

static const struct {
	const char *name, *label;
} limits[] = {
    {"requests_per_minute", N_("Requests a minute")},
    {"requests_per_day", N_("Requests a day")},
    {"tokens_per_minute", N_("Tokens a minute")},
    {"tokens_per_day", N_("Tokens a day")},
};

static void
add_state(struct json_object *row)
{
	const char *state = json_get_text(row, "state");
	badge_set(row, states, COUNT_OF(states), state);
	json_set_bool(row, "active", text_same(state, "active"));
	json_set_bool(
	    row, "disabled", json_get_text(row, "disabled_at") != NULL);
	json_set_bool(row, "usable", !text_same(state, "revoked"));
	json_set_bool(
	    row, "from_env", text_same(json_get_text(row, "origin"), "env"));
}

static void
add_limits(struct json_object *row)
{
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		int64_t allowed = json_get_int(row, limits[i].name, 0);
		if (allowed == 0)
			continue;
		struct json_object *o = json_object_new_object();
		json_set_text(o, "name", limits[i].name);
		json_set_text(o, "label", limits[i].label);
		number_set(o, "allowed", allowed);
		json_object_array_add(list, o);
	}
	json_set_bool(row, "any_limits", json_count(list) > 0);
	json_set(row, "limits", list);
}

/* {"hour_requests": 1200, …} becomes {"hour": {"requests": "1,200"}, …}; what
 * is 0 is left out. */
static void
shape_counts(struct json_object *row)
{
	static const char *const spans[] = {"hour", "day", "month"};
	static const char *const kinds[] = {"requests", "failed", "tokens"};
	struct json_object *counts = json_get(row, "counts");
	struct json_object *shaped = json_object_new_object();
	for (size_t i = 0; i < COUNT_OF(spans); i++) {
		struct json_object *span = json_object_new_object();
		for (size_t k = 0; k < COUNT_OF(kinds); k++) {
			char name[32];
			snprintf(
			    name, sizeof(name), "%s_%s", spans[i], kinds[k]);
			int64_t n = json_get_int(counts, name, 0);
			if (n > 0)
				number_set_short(span, kinds[k], n);
		}
		json_set(shaped, spans[i], span);
	}
	json_set(row, "counts", shaped);
}

void
token_row_shape(struct json_object *row)
{
	add_state(row);
	add_limits(row);
	shape_counts(row);
	json_set_bool(
	    row, "all_models", json_count(json_get(row, "models")) == 0);
	json_set_bool(
	    row, "everywhere", json_count(json_get(row, "addresses")) == 0);
}

void
token_row_add_used(struct json_object *row, struct json_object *used)
{
	struct json_object *list = json_get(row, "limits");
	for (size_t i = 0; i < json_count(list); i++) {
		struct json_object *limit = json_at(list, i);
		const char *name = json_get_text(limit, "name");
		int64_t n = json_get_int(used, name, 0);
		number_set(limit, "used", n);
		json_set_bool(limit, "full", n >= json_get_int(row, name, 0));
	}
}
