/* Clearing: what has piled up, and the claims and steps of its removal. */
#ifndef KEYWHEEL_STORE_CLEAR_H
#define KEYWHEEL_STORE_CLEAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/crypt.h"

struct db;
struct json_object;

/* What there is to clear: logs, cache, signatures, files. */
extern const char *const clear_kinds[];
extern const size_t clear_n_kinds;

struct clear_claim {
	char id[CRYPT_ID_SIZE + 1]; /* "" if somebody else has it: */
	struct buf running_by, running_since;
};

/* Claim a kind, for what is older than so many seconds. False on failure. The
 * caller clears both bufs. */
MUSTCHECK bool clear_begin(struct db *db, const char *what, int64_t age_s,
    const char *by, struct clear_claim *claim);
void clear_claim_clear(struct clear_claim *claim);

/* One step, a transaction. *more: it is to go on; busy: only what is in use is
 * left, and who has it; "" else. False on failure. */
MUSTCHECK bool clear_step(struct db *db, const struct clear_claim *claim,
    bool *more, struct buf *busy);

/* The end; remains: why something was left, or "". What was removed altogether,
 * {what: how many}; the caller owns it. NULL on failure. */
struct json_object *clear_end(
    struct db *db, const struct clear_claim *claim, const char *remains);

/* What would be removed, had nobody anything in use: {what: how many}. */
struct json_object *clear_count(struct db *db, const char *what, int64_t age_s);

/* Rows {what, item, about, bytes}; and the last clearings, the newest first:
 * {what, before (null: all), by, started_at, ended_at, removed (JSON as text),
 * remains}. NULL on failure. */
struct json_object *clear_storage(struct db *db);
struct json_object *clear_history(struct db *db, int64_t most);

#endif
