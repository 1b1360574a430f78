/*
 * Calls that must reach the database, if not now then later: accounts of
 * requests whose clients have their answers. While the database is away they
 * are kept in memory, up to a limit, and done in the order in which they came.
 * They are lost with the process, which the next one notices by its lease.
 */
#ifndef KEYWHEEL_STORE_OWED_H
#define KEYWHEEL_STORE_OWED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct db;
struct db_args;

/* Do it now, or keep it: sql, one statement, is borrowed for ever; args are
 * copied. A call must be such that a repetition is a unique violation, which
 * means that it was done. Calls that are not dear leave half of the room to
 * those that are. False: it was refused (db_error()), or there is no room. */
MUSTCHECK bool owed_do(
    struct db *db, const char *sql, const struct db_args *args, bool dear);

/* How many are kept. */
size_t owed_count(struct db *db);

/* Do what is kept, as far as the database is there; what it refuses is logged
 * and forgotten. True: nothing is kept any more. */
bool owed_settle(struct db *db);

/* For db_free(): forget them. */
struct owed;
void owed_free(struct owed *owed);

#endif
