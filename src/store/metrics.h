/* What /metrics tells of the account and of how things stand. */
#ifndef KEYWHEEL_STORE_METRICS_H
#define KEYWHEEL_STORE_METRICS_H

#include "base/attr.h"

struct db;
struct json_object;

/* The object of keywheel.metrics(); NULL on failure. The caller owns it. */
MUSTCHECK struct json_object *metrics_load(struct db *db);

#endif
