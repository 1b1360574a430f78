/* The stored settings. */
#ifndef KEYWHEEL_STORE_SETTINGS_H
#define KEYWHEEL_STORE_SETTINGS_H

#include <stdint.h>

#include "base/attr.h"
#include "base/setting.h"

struct db;
struct json_object;

/* A fresh set with what the database holds over the defaults; a stored value
 * that is no longer legal is logged and left at its default. NULL on
 * failure. */
struct settings *store_settings_load(struct db *db);

/* The same of rows {"NAME": "value"} that are there already. */
struct settings *store_settings_read(struct json_object *rows, int64_t version);

/* Put {"NAME": "text" or null} in force, all at once; the values have been
 * checked. For the history: who does it, and from where (cli, env …). The
 * number of rows changed, or -1. */
int64_t store_settings_put(struct db *db, struct json_object *values,
    const char *by, const char *source);

enum settings_change {
	SETTINGS_CHANGED, /* or they were so already */
	SETTINGS_OTHERS,  /* somebody has changed one meanwhile: nothing done */
	SETTINGS_NO_ZONE, /* there is no time zone of that name: nothing done */
	SETTINGS_FAILED,
};

/* The same if the rows of expected, {"NAME": "text" or null}, are still what
 * is stored. */
enum settings_change store_settings_change(struct db *db,
    struct json_object *values, struct json_object *expected, const char *by,
    const char *source);

/* Does the database know that time zone? False also if it failed (*failed). */
bool store_settings_is_zone(struct db *db, const char *zone, bool *failed);

/* What the page of the settings shows: {version, settings: {"NAME": "value"},
 * last: {"NAME": {at, by, source}}, models: ["name"]}. NULL on failure. The
 * caller owns it. */
struct json_object *store_settings_page(struct db *db);

/* Past changes of the settings whose names hold the text, before one of them
 * (0: the newest), at most so many: {more, changes: [{id, at, by, source, name,
 * secret, old_value, new_value}]}. NULL on failure. */
struct json_object *store_settings_history(
    struct db *db, const char *name, int64_t before, int64_t limit);

/* One of them, and what is stored now as value: {} if there is none of that
 * number. NULL on failure. */
struct json_object *store_settings_past(struct db *db, int64_t id);

#endif
