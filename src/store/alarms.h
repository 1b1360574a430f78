/* Alarms: what somebody should know of and look at. */
#ifndef KEYWHEEL_STORE_ALARMS_H
#define KEYWHEEL_STORE_ALARMS_H

#include <stdbool.h>

#include "base/attr.h"

struct db;
struct json_object;

/* The open ones, or all, the newest first: an array of {alarm_id, kind,
 * subject, text, since, last_at, times, ended_at}. NULL on failure. The caller
 * owns it. */
struct json_object *alarms_list(struct db *db, bool all);

/* End those whose cause is over. */
MUSTCHECK bool alarms_end_stale(struct db *db);

#endif
