/* The pages of adding keys. */
#include "admin/key_add_page.h"

#include "admin/number.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/key_import.h"

/* Keys and lines that are named one by one. */
#define NAMED 50

/* --- the form ------------------------------------------------------------ */

struct json_object *
key_add_page_form(const char *pool)
{
	static const char *const pools[] = {"gemini", "paid", "vertex"};
	struct json_object *data = json_object_new_object();
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < COUNT_OF(pools); i++) {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "pool", pools[i]);
		json_set_bool(o, "chosen", text_same(pool, pools[i]));
		json_object_array_add(list, o);
	}
	json_set(data, "pools", list);
	return data;
}

/* --- what was found ------------------------------------------------------ */

/* Where a key stood: its line, and in which of the two texts. */
static void
set_place(struct json_object *o, int64_t source, int64_t line)
{
	json_set_int(o, "line", line);
	json_set_bool(o, "in_file", source > 0);
}

void
key_add_page_set_bad(struct json_object *data, const struct key_import *im)
{
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < json_count(im->bad) && i < NAMED; i++) {
		struct json_object *row = json_at(im->bad, i);
		set_place(row, json_get_int(row, "source", 0),
		    json_get_int(row, "line", 0));
		json_object_array_add(list, json_object_get(row));
	}
	json_set_bool(data, "any_bad", im->n_bad > 0);
	json_set(data, "bad_lines", list);
	number_set(data, "bad", (int64_t)im->n_bad);
	json_set_bool(data, "more_bad", im->n_bad > NAMED);
	number_set(data, "n_more_bad", (int64_t)im->n_bad - NAMED);
}

static struct json_object *
key_row(const struct key_import *im, size_t i)
{
	const struct key_new *key = &im->intake.keys[i];
	const struct key_place *place = &im->places[i];
	struct json_object *o = json_object_new_object();
	set_place(o, (int64_t)place->source, place->line);
	json_set_text(o, "hint", json_get_text(key->row, "hint"));
	json_set_text(o, "pool", json_get_text(key->row, "pool"));
	json_set_text(o, "project", json_get_text(key->row, "project"));
	json_set_text(o, "note", json_get_text(key->row, "note"));
	json_set_int(o, "key_id", key->key_id);
	json_set_bool(o, "other_shape", place->other_shape);
	if (key->taken == KEY_TWICE)
		json_set_int(o, "first_line", im->places[key->first].line);
	return o;
}

/* The keys that that became of: how many, and the first of them. */
static void
set_group(
    struct json_object *data, const struct key_import *im, enum key_taken taken)
{
	static const char *const names[] = {
	    [KEY_ADDED] = "fresh",
	    [KEY_RESTORED] = "removed",
	    [KEY_KNOWN] = "known",
	    [KEY_TWICE] = "twice",
	};
	struct json_object *group = json_object_new_object();
	struct json_object *list = json_object_new_array();
	size_t count = key_intake_count(&im->intake, taken);
	for (size_t i = 0; i < im->intake.n && json_count(list) < NAMED; i++)
		if (im->intake.keys[i].taken == taken)
			json_object_array_add(list, key_row(im, i));
	number_set(group, "count", (int64_t)count);
	json_set_bool(group, "any", count > 0);
	json_set_bool(
	    group, "comes", taken == KEY_ADDED || taken == KEY_RESTORED);
	json_set(group, "keys", list);
	json_set_bool(group, "any_more", count > NAMED);
	number_set(group, "more", (int64_t)count - NAMED);
	json_set(data, names[taken], group);
}

struct json_object *
key_add_page_preview(const struct key_import *im, const char *draft)
{
	struct json_object *data = json_object_new_object();
	size_t fresh = key_intake_count(&im->intake, KEY_ADDED);
	size_t removed = key_intake_count(&im->intake, KEY_RESTORED);
	for (int taken = KEY_ADDED; taken <= KEY_TWICE; taken++)
		set_group(data, im, (enum key_taken)taken);
	key_add_page_set_bad(data, im);
	number_set(data, "comes", (int64_t)(fresh + removed));
	json_set_bool(data, "any_comes", fresh + removed > 0);
	json_set_text(data, "draft", draft);
	return data;
}
