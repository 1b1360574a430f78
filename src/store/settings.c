/* Settings rows, as a set of values. */
#include "store/settings.h"

#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/setting_log.h"
#include "store/db.h"
#include "store/page_data.h"

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
store_settings_read(struct json_object *rows, int64_t version)
{
	struct settings *s = settings_new();
	if (s == NULL)
		return NULL;
	if (rows != NULL) {
		json_object_object_foreach(rows, name, value)
		{
			put_row(s, name, value);
		}
	}
	settings_set_version(s, version);
	return s;
}

struct settings *
store_settings_load(struct db *db)
{
	PGresult *res =
	    db_call(db, "select * from keywheel.get_settings()", NULL);
	if (res == NULL)
		return NULL;
	const char *text = db_cell(res, 0, "settings");
	struct json_object *rows =
	    text == NULL ? NULL : json_parse(text, strlen(text), NULL);
	struct settings *s =
	    store_settings_read(rows, db_cell_int(res, 0, "settings_version"));
	json_object_put(rows);
	PQclear(res);
	if (s != NULL)
		setting_log_follow(s);
	return s;
}

/* --- changing them ------------------------------------------------------- */

/* {NAME,…}: those whose values the history may have. No name needs quotes. */
static void
write_open(struct json_object *values, struct buf *out)
{
	const char *comma = "{";
	json_object_object_foreach(values, name, value)
	{
		int id = setting_find(name);
		(void)value;
		if (id < 0 || setting_is_secret(setting_def((unsigned)id)))
			continue;
		buf_fmt(out, "%s%s", comma, name);
		comma = ",";
	}
	buf_str(out, *comma == '{' ? "{}" : "}");
}

/* NULL on failure. */
static PGresult *
call_put(struct db *db, struct json_object *values,
    struct json_object *expected, const char *by, const char *source)
{
	struct db_args a = {0};
	struct buf open, old;
	buf_init(&open, BUF_SMALL);
	buf_init(&old, BUF_LARGE);
	write_open(values, &open);
	if (expected == NULL)
		buf_str(&old, "{}");
	else
		json_write(&old, expected);
	db_arg_text(
	    &a, json_object_to_json_string_ext(values, JSON_C_TO_STRING_PLAIN));
	db_arg_text(&a, by);
	db_arg_text(&a, source);
	db_arg_typed(&a, buf_cstr(&open), DB_TEXT_ARRAY);
	db_arg_text(&a, buf_cstr(&old));
	PGresult *res = db_call(db,
	    "select keywheel.put_settings($1, $2, $3, $4, $5) as changed", &a);
	buf_clear(&old);
	buf_clear(&open);
	return res;
}

int64_t
store_settings_put(struct db *db, struct json_object *values, const char *by,
    const char *source)
{
	PGresult *res = call_put(db, values, NULL, by, source);
	int64_t changed = res == NULL ? -1 : db_cell_int(res, 0, "changed");
	PQclear(res);
	return changed;
}

enum settings_change
store_settings_change(struct db *db, struct json_object *values,
    struct json_object *expected, const char *by, const char *source)
{
	/* invalid_parameter_value */
	static const char no_zone[] = "22023";
	PGresult *res = call_put(db, values, expected, by, source);
	if (res == NULL)
		return strcmp(db_state(db), no_zone) == 0 ? SETTINGS_NO_ZONE
							  : SETTINGS_FAILED;
	bool done = db_cell_int(res, 0, "changed") >= 0;
	PQclear(res);
	return done ? SETTINGS_CHANGED : SETTINGS_OTHERS;
}

bool
store_settings_is_zone(struct db *db, const char *zone, bool *failed)
{
	struct db_args a = {0};
	db_arg_typed(&a, zone, DB_TEXT);
	PGresult *res =
	    db_call(db, "select keywheel.is_time_zone($1) as known", &a);
	*failed = res == NULL;
	bool known = res != NULL && db_cell_bool(res, 0, "known");
	PQclear(res);
	return known;
}

/* --- pages --------------------------------------------------------------- */

struct json_object *
store_settings_page(struct db *db)
{
	return page_data(db, "select keywheel.setting_page() as data", NULL);
}

struct json_object *
store_settings_history(
    struct db *db, const char *name, int64_t before, int64_t limit)
{
	struct db_args a = {0};
	db_arg_typed(&a, name, DB_TEXT);
	db_arg_int(&a, before);
	db_arg_int(&a, limit);
	return page_data(db,
	    "select keywheel.setting_changes($1, $2, $3::integer) as data", &a);
}

struct json_object *
store_settings_past(struct db *db, int64_t id)
{
	struct db_args a = {0};
	db_arg_int(&a, id);
	return page_data(db,
	    "select coalesce(keywheel.setting_change($1), '{}') as data", &a);
}
