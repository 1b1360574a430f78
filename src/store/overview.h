/* What the overview page shows, in one call. */
#ifndef KEYWHEEL_STORE_OVERVIEW_H
#define KEYWHEEL_STORE_OVERVIEW_H

struct db;
struct json_object;

/*
 * The object of keywheel.overview(): now, schema, settings_version, states
 * {all, active, disabled, resting, empty: [pools]}, keys (at most a hundred,
 * those that need attention first), alarms that are open, everybody (what rests
 * for all keys), limits {all, busiest: [at most ten]}, jobs, requests of the
 * last `hours` by outcome, tokens (at most a hundred of tokens_all). Times are
 * texts in UTC, absent where there is none; no secrets. NULL on failure. The
 * caller owns it.
 */
struct json_object *overview_load(struct db *db);

#endif
