/* The past of a key. */
#include "admin/key_past.h"

#include <stdint.h>

#include "admin/badge.h"
#include "pool/cause_words.h"
#include "admin/number.h"
#include "admin/outcome_words.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"

static const struct badge events[] = {
    {"added", "good", N_("added")},
    {"enabled", "good", N_("enabled")},
    {"disabled", "bad", N_("disabled")},
    {"removed", "other", N_("removed")},
    {"restored", "good", N_("restored")},
    {"rested", "warn", N_("rests")},
    {"rest_ended", "good", N_("rest ended")},
    {"reset", "good", N_("reset")},
    {"edited", "other", N_("edited")},
    {"project", "other", N_("project found")},
    {"probed", "other", N_("probed")},
    {"verified", "other", N_("verified")},
    {"revealed", "warn", N_("revealed")},
    {"exported", "warn", N_("exported")},
};

void
key_past_shape_cause(struct json_object *row, const char *member)
{
	const char *why = cause_words(json_get_text(row, member));
	if (why != NULL)
		json_set_text(row, "why", why);
}

void
key_past_shape_event(struct json_object *row)
{
	const char *event = json_get_text(row, "event");
	if (!badge_set(row, events, COUNT_OF(events), event)) {
		json_set_text(row, "label", event);
		json_set_text(row, "level", "other");
	}
	json_set_bool(
	    row, "all_models", text_same(json_get_text(row, "model"), "*"));
	key_past_shape_cause(row, "cause");
}

static void
shape_call(struct json_object *row)
{
	struct outcome_words w = outcome_words(json_get_text(row, "outcome"));
	json_set_text(row, "words", w.words);
	json_set_text(row, "level", w.good ? "good" : w.bad ? "bad" : "other");
	number_set(row, "tokens", json_get_int(row, "tokens", 0));
	number_set(row, "total_ms", json_get_int(row, "total_ms", 0));
	if (json_get(row, "first_byte_ms") != NULL)
		number_set(row, "first_byte_ms",
		    json_get_int(row, "first_byte_ms", 0));
}

static void
shape_failure(struct json_object *row)
{
	key_past_shape_cause(row, "verdict");
	number_set(row, "total_ms", json_get_int(row, "total_ms", 0));
}

static void
shape_each(struct json_object *rows, void (*shape)(struct json_object *))
{
	for (size_t i = 0; i < json_count(rows); i++)
		shape(json_at(rows, i));
}

void
key_past_shape(struct json_object *data, size_t most)
{
	struct json_object *history = json_get(data, "history");
	if (json_count(history) > most) {
		json_object_array_del_idx(
		    history, most, json_count(history) - most);
		json_set_int(data, "older",
		    json_get_int(json_at(history, most - 1), "event_id", 0));
	}
	json_set_bool(data, "any_history", json_count(history) > 0);
	shape_each(history, key_past_shape_event);
	shape_each(json_get(data, "calls"), shape_call);
	shape_each(json_get(data, "failures"), shape_failure);
}
