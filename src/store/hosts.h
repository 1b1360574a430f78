/*
 * Which programs serve where, whether they and the schema go together, and
 * which master key seals.
 */
#ifndef KEYWHEEL_STORE_HOSTS_H
#define KEYWHEEL_STORE_HOSTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/crypt.h"

struct db;
struct json_object;
struct health;

/* The newest migration that this program knows: the number of the last file
 * sql/NNN_*.sql (tests/upgrade compares them). */
#define HOSTS_SCHEMA 26

/* Numbers of responders have this bit since there are rows of hosts: whose has
 * not is an older program's (keywheel.list_hosts()). It is above those that a
 * parent counts its own with. */
#define HOSTS_RESPONDER_BIT ((int64_t)0x8000)

/* Tell the database that a process of this version serves here, and which
 * master keys its file holds now. */
MUSTCHECK bool hosts_note(struct db *db, const struct master_key *master);

/* Let that key of the ring seal which the database says. A ring without it is
 * said in the log. False: the database could not be asked. */
MUSTCHECK bool hosts_follow(struct db *db, const struct master_key *master);

/* Have every host look at its file with its next request, not only with the
 * next minute. */
MUSTCHECK bool hosts_ask(struct db *db);

/* [{host, program, schema, keys, seen_at}] of the last quarter of an hour; a
 * host '' stands for programs older than that list. NULL on failure. */
struct json_object *hosts_list(struct db *db);

/* What is wrong between this program and the database, for people, appended to
 * why; true: nothing. Keys of the ring that do not open what is sealed now
 * count too. */
MUSTCHECK bool hosts_fit(const struct health *health,
    const struct master_key *master, struct buf *why);

#endif
