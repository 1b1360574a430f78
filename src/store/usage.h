/* Sums of the account (sql/functions/074_usage.sql). */
#ifndef KEYWHEEL_STORE_USAGE_H
#define KEYWHEEL_STORE_USAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct db;
struct json_object;

/* One more batch of rows is summed up; their number in *summed, and whether
 * there are more in *more. */
MUSTCHECK bool usage_sum(struct db *db, int64_t *summed, bool *more);

/* What happened in a range ("1h", "24h", "7d", "30d"): the array of
 * keywheel.usage_series(). filter: JSON with any of token_id, key_id, model;
 * NULL: of all. NULL on failure. The caller owns it. */
MUSTCHECK struct json_object *usage_series(
    struct db *db, const char *range, struct json_object *filter);

/* What the dashboard shows for that range: keywheel.dashboard(). NULL on
 * failure. The caller owns it. */
MUSTCHECK struct json_object *usage_dashboard(struct db *db, const char *range);

#endif
