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

/* refusal: what requests are told that it refuses (keywheel.admit). */
static const struct {
	const char *name, *refusal, *label;
} limits[] = {
    {"requests_per_minute", "requests_per_minute", N_("Requests a minute")},
    {"requests_per_day", "requests_per_day", N_("Requests a day")},
    {"tokens_per_minute", "tokens_per_minute", N_("Tokens a minute")},
    {"tokens_per_day", "tokens_per_day", N_("Tokens a day")},
    {"concurrent", "concurrent_requests", N_("Requests at once")},
    {"budget", "budget", N_("Budget a month")},
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

/* An amount, with the currency of the token's budget. */
static void
set_money(struct json_object *o, const char *name, struct json_object *row,
    struct json_object *amount)
{
	struct buf text;
	buf_init(&text, BUF_SMALL);
	buf_fmt(&text, "%s %s", json_object_get_string(amount),
	    json_get_text(row, "budget_currency"));
	json_set_text(o, name, buf_cstr(&text));
	buf_clear(&text);
}

static void
add_limits(struct json_object *row)
{
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		struct json_object *value = json_get(row, limits[i].name);
		if (value == NULL)
			continue;
		struct json_object *o = json_object_new_object();
		json_set_text(o, "name", limits[i].name);
		json_set_text(o, "label", limits[i].label);
		if (json_object_is_type(value, json_type_string))
			set_money(o, "allowed", row, value);
		else
			number_set(o, "allowed", json_object_get_int64(value));
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
		struct json_object *n = json_get(used, name);
		if (json_object_is_type(n, json_type_string)) {
			set_money(limit, "used", row, n);
			json_set_bool(
			    limit, "full", json_get_bool(used, "budget_full"));
			continue;
		}
		number_set(limit, "used", json_object_get_int64(n));
		json_set_bool(limit, "full",
		    json_object_get_int64(n) >= json_get_int(row, name, 0));
	}
}

const char *
token_limit_words(const char *refusal)
{
	for (size_t i = 0; i < COUNT_OF(limits); i++)
		if (text_same(refusal, limits[i].refusal))
			return limits[i].label;
	return text_same(refusal, "model") ? N_("Models") : refusal;
}
