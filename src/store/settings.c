/* Settings rows, as a set of values. */
#include "store/settings.h"

#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "store/db.h"

/* One stored row into the set. */
static void
put_row(struct settings *s, const char *name, struct json_object *value)
{
	int id = setting_find(name);
	const char *text = json_object_get_string(value);
	if (id >= 0 && text != NULL &&
	    settings_put(s, (enum setting_id)id, text))
		return;
	if (id >= 0)
		settings_spoil(s, (enum setting_id)id);
	log_line(LOG_WARNING,
	    "stored setting %s is not legal here and is ignored", name);
}

struct settings *
store_settings_load(struct db *db)
{
	PGresult *res =
	    db_call(db, "select * from keywheel.get_settings()", NULL);
	if (res == NULL)
		return NULL;

	struct settings *s = settings_new();
	const char *text = db_cell(res, 0, "settings");
	struct json_object *rows =
	    text == NULL ? NULL : json_parse(text, strlen(text), NULL);
	if (rows != NULL) {
		json_object_object_foreach(rows, name, value)
		{
			put_row(s, name, value);
		}
	}
	settings_set_version(s, db_cell_int(res, 0, "settings_version"));
	json_object_put(rows);
	PQclear(res);
	return s;
}

int64_t
store_settings_put(struct db *db, struct json_object *values)
{
	struct db_args a = {0};
	db_arg_text(
	    &a, json_object_to_json_string_ext(values, JSON_C_TO_STRING_PLAIN));
	PGresult *res =
	    db_call(db, "select keywheel.put_settings($1) as changed", &a);
	int64_t changed = res == NULL ? -1 : db_cell_int(res, 0, "changed");
	PQclear(res);
	return changed;
}
