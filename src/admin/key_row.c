/* Keys as templates show them. */
#include "admin/key_row.h"

#include <stdint.h>

#include "admin/badge.h"
#include "pool/cause_words.h"
#include "admin/number.h"
#include "admin/visit.h"
#include "base/json.h"
#include "base/setting.h"
#include "base/text.h"
#include "gateway/egress.h"
#include "gateway/service.h"

/* More rests than that are told by their number only. */
#define RESTS_SHOWN 5

static const struct badge states[] = {
    {"ready", "good", N_("ready")},
    {"resting", "warn", N_("resting")},
    {"disabled", "bad", N_("disabled")},
    {"removed", "other", N_("removed")},
};

static const char *const spans[] = {"minute", "hour", "day", "month"};

static void
shape_state(struct json_object *row)
{
	const char *state = json_get_text(row, "state");
	if (badge_set(row, states, COUNT_OF(states), state))
		json_set_bool(row, state, true);
	const char *why = cause_words(json_get_text(row, "reason"));
	if (why != NULL)
		json_set_text(row, "why", why);
}

void
key_rests_shape(struct json_object *rests)
{
	for (size_t i = 0; i < json_count(rests); i++) {
		struct json_object *rest = json_at(rests, i);
		const char *why = cause_words(json_get_text(rest, "reason"));
		json_set_bool(rest, "all_models",
		    text_same(json_get_text(rest, "model"), "*"));
		if (why != NULL)
			json_set_text(rest, "why", why);
	}
}

static void
shape_rests(struct json_object *row)
{
	struct json_object *rests = json_get(row, "rests");
	if (json_count(rests) > RESTS_SHOWN) {
		json_object_array_del_idx(
		    rests, RESTS_SHOWN, json_count(rests) - RESTS_SHOWN);
		json_set_bool(row, "more_rests", true);
	}
	key_rests_shape(rests);
}

/* {"minute_requests": 1200, …} becomes {"minute": {"requests": "1,200"}, …}. */
static void
shape_counts(struct json_object *row)
{
	static const char *const kinds[] = {"requests", "failed", "tokens"};
	struct json_object *counts = json_get(row, "counts");
	struct json_object *shaped = json_object_new_object();
	for (size_t i = 0; i < COUNT_OF(spans); i++) {
		struct json_object *span = json_object_new_object();
		for (size_t k = 0; k < COUNT_OF(kinds); k++) {
			struct buf name;
			buf_init(&name, BUF_SMALL);
			buf_fmt(&name, "%s_%s", spans[i], kinds[k]);
			int64_t n = json_get_int(counts, buf_cstr(&name), 0);
			if (n > 0)
				number_set_short(span, kinds[k], n);
			buf_clear(&name);
		}
		json_set(shaped, spans[i], span);
	}
	json_set(row, "counts", shaped);
}

static void
shape_proxy(struct service *s, struct json_object *row)
{
	const char *scope = json_get_text(row, "scope");
	if (egress_is_closed(s->egress) || egress_is_direct(s->egress) ||
	    scope == NULL)
		return;
	if (settings_int(s->settings,
		SETTING_ID_PROXIES_USE_CONSISTENCY_HASH_BY_API_KEY)) {
		size_t home = egress_home(s->egress, scope);
		json_set_text(row, "proxy", egress_proxy(s->egress, home)->url);
	} else
		json_set_bool(row, "by_chance", true);
}

void
key_row_shape(struct service *s, struct json_object *row)
{
	int64_t faults = json_get_int(row, "faults", 0);
	int64_t weight = json_get_int(row, "weight", 1);
	shape_state(row);
	shape_rests(row);
	shape_counts(row);
	shape_proxy(s, row);
	json_set_bool(row, "any_faults", faults > 0);
	number_set(row, "faults", faults);
	number_set(row, "uses", json_get_int(row, "uses", 0));
	json_set_bool(row, "heavy", weight != 1);
}

void
key_rows_shape(struct service *s, struct json_object *rows)
{
	for (size_t i = 0; i < json_count(rows); i++)
		key_row_shape(s, json_at(rows, i));
}
