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

/* Put {"NAME": "text" or null} in force, all at once; the values have been
 * checked. The number of rows changed, or -1. */
int64_t store_settings_put(struct db *db, struct json_object *values);

#endif
