/* Bringing the schema forward. */
#ifndef KEYWHEEL_STORE_MIGRATE_H
#define KEYWHEEL_STORE_MIGRATE_H

#include "base/attr.h"
#include "base/buf.h"

struct db;

/*
 * Apply the numbered files of dir that the database has not seen, then
 * functions/, views/ and grants.sql whole, in one transaction; two at once
 * wait for each other. What was done is appended to said, a line each.
 * False with the reason in why.
 */
MUSTCHECK bool store_migrate(
    struct db *db, const char *dir, struct buf *said, struct buf *why);

/* The same where the owner is the only role of ours: roles of these names that
 * the server may have are somebody else's, and get no rights. The schema keeps
 * that in mind: store_migrate() of it does the same from then on. */
MUSTCHECK bool store_migrate_alone(
    struct db *db, const char *dir, struct buf *said, struct buf *why);

#endif
