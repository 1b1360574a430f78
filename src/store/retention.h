/* Retention of the account (sql/functions/083_retention.sql). */
#ifndef KEYWHEEL_STORE_RETENTION_H
#define KEYWHEEL_STORE_RETENTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct db;
struct json_object;

/* What is kept; -1: for ever, of any size. */
struct retention {
	int64_t attempt_days, request_days, max_bytes;
};

struct retention_step {
	/* "requests", "attempts", "request_bodies"; "": nothing is to go. */
	char source[32];
	char day[9];   /* 20260131, of a whole day; "" */
	int64_t rows;  /* that went; of a whole day about so many */
	int64_t bytes; /* that a whole day took */
	bool busy;     /* the day could not go: somebody uses it this instant */
};

/* One step; false with db_error(). */
MUSTCHECK bool retention_do(struct db *db, const struct retention *retention,
    struct retention_step *step);

/* The room that each day takes: keywheel.account_days(). NULL on failure. The
 * caller owns it. */
MUSTCHECK struct json_object *retention_days(struct db *db);

#endif
