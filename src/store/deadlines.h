/*
 * Deadlines that follow what was measured: the account's silences, and the
 * table of what came of them. A changed deadline is a new version of the
 * settings.
 */
#ifndef KEYWHEEL_STORE_DEADLINES_H
#define KEYWHEEL_STORE_DEADLINES_H

#include <stdbool.h>

#include "base/attr.h"

struct db;
struct json_object;

/* Those that differ from the settings: {"model": {"s0": [first byte, idle],
 * "w4": …}}, s for streamed and w for whole, the number is deadline_class(),
 * milliseconds, 0 where nothing was measured. NULL on failure. The caller owns
 * it. */
struct json_object *deadlines_load(struct db *db);

/* The same for people: an array of the table's rows. NULL on failure. The
 * caller owns it. */
struct json_object *deadlines_list(struct db *db);

/* What was measured: an array of {model, size_class, streamed, samples, p50,
 * p99, longest, gaps, gap_p99, gap_longest, first_byte_ms, idle_ms}, the last
 * two the deadlines so far (or null). NULL on failure. The caller owns it. */
struct json_object *deadlines_measure(struct db *db);

/* Put the table's rows (model, size_class, streamed, first_byte_ms, idle_ms,
 * samples, p50, p99, gap_p99); the others are gone. changed: are they others
 * than before? */
MUSTCHECK bool deadlines_put(
    struct db *db, struct json_object *rows, bool *changed);

#endif
