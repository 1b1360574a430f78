/* Alerts in the database: alarms that are looked for, and the outbox. */
#ifndef KEYWHEEL_STORE_ALERTS_H
#define KEYWHEEL_STORE_ALERTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct db;
struct json_object;

/* Look for alarms and write what is to be told into the outbox; with: as
 * keywheel.work_alerts() takes it. */
MUSTCHECK bool alerts_work(struct db *db, struct json_object *with);

/* Take one message: {claim, receiver, state, id, kind, subject, text, since,
 * ended_at, times}; an empty object if there is none that is due, NULL on
 * failure. The caller owns it. */
struct json_object *alerts_claim(struct db *db, int64_t hold_ms);

/* What came of it: sent, failed (for the reason, not to be tried again before
 * so many seconds) or stopped. */
MUSTCHECK bool alerts_finish(struct db *db, const char *claim,
    const char *result, const char *error, int64_t retry_after_s);

/* {id: what is known of a receiver}; and what the page shows, with the alarms
 * that are over before a number (0: the newest). NULL on failure. The caller
 * owns it. */
struct json_object *alerts_receivers(struct db *db);
struct json_object *alerts_page(struct db *db, int64_t before, int64_t limit);

#endif
