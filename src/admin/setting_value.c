/* Lists and maps as rows. */
#include "admin/setting_value.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"

static void
add_row(struct json_object *rows, const char *key, const char *value)
{
	struct json_object *row = json_object_new_object();
	if (key != NULL)
		json_set_text(row, "key", key);
	json_set_text(row, "value", value);
	json_object_array_add(rows, row);
}

struct json_object *
setting_value_rows(const struct setting_def *def, const char *value)
{
	struct json_object *json = json_parse(value, strlen(value), NULL);
	struct json_object *rows = json_object_new_array();
	if (def->type == SETTING_MAP &&
	    json_object_is_type(json, json_type_object)) {
		json_object_object_foreach(json, key, member)
		{
			add_row(rows, key, json_object_get_string(member));
		}
	}
	for (size_t i = 0; i < json_count(json); i++) {
		struct json_object *element = json_at(json, i);
		if (def->type == SETTING_JSON)
			add_row(rows, json_get_text(element, "category"),
			    json_get_text(element, "threshold"));
		else
			add_row(rows, NULL, json_object_get_string(element));
	}
	json_object_put(json);
	return rows;
}

/* --- and back ------------------------------------------------------------ */

static const char *
text_of(struct json_object *row, const char *name)
{
	const char *text = json_get_text(row, name);
	return text == NULL ? "" : text;
}

/* A number if it is to be one and looks like one; the check tells if not. */
static struct json_object *
make_member(
    const struct setting_def *def, const char *text, struct json_object *now)
{
	const char *reason;
	struct json_object *number = NULL;
	enum json_type type = json_object_get_type(now);
	bool is_number = type == json_type_int || type == json_type_double;
	if (setting_has_choice(def, "number") ||
	    (is_number && strcmp(json_object_get_string(now), text) == 0))
		number = json_parse(text, strlen(text), &reason);
	type = json_object_get_type(number);
	if (type == json_type_int || type == json_type_double)
		return number;
	json_object_put(number);
	return json_object_new_string(text);
}

static bool
write_map(const struct setting_def *def, struct json_object *rows,
    struct json_object *now, struct json_object *map, struct buf *why)
{
	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *row = json_at(rows, i);
		const char *key = text_of(row, "key");
		if (json_get(map, key) != NULL) {
			buf_str(why, N_("has two rows of the same name"));
			return false;
		}
		json_set(map, key,
		    make_member(
			def, text_of(row, "value"), json_get(now, key)));
	}
	return true;
}

static struct json_object *
make_list(const struct setting_def *def, struct json_object *rows)
{
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *row = json_at(rows, i);
		struct json_object *element;
		if (def->type == SETTING_LIST)
			element = json_object_new_string(text_of(row, "value"));
		else {
			element = json_object_new_object();
			json_set_text(element, "category", text_of(row, "key"));
			json_set_text(
			    element, "threshold", text_of(row, "value"));
		}
		json_object_array_add(list, element);
	}
	return list;
}

bool
setting_value_write(const struct setting_def *def, struct json_object *rows,
    struct json_object *now, struct buf *out, struct buf *why)
{
	struct json_object *value;
	bool ok = true;
	if (def->type == SETTING_MAP) {
		value = json_object_new_object();
		ok = write_map(def, rows, now, value, why);
	} else
		value = make_list(def, rows);
	json_write(out, value);
	json_object_put(value);
	return ok;
}
