/* What is sealed in the database: looking with which master key, and sealing
 * it anew. As the owner; it may be stopped anywhere, and begun again. */
#ifndef KEYWHEEL_STORE_SEALED_H
#define KEYWHEEL_STORE_SEALED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/crypt.h"

struct db;

/* A kind of what is sealed. */
enum sealed_kind {
	SEALED_KEYS,
	SEALED_BODIES,  /* of requests that failed */
	SEALED_ANSWERS, /* of the response cache */
	SEALED_DRAFTS,  /* keys that wait for a confirmation, an hour at most */
	SEALED__KINDS
};

struct sealed_count {
	int64_t right; /* with the key that is wanted */
	int64_t other; /* with another of the ring */
	int64_t lost;  /* with none of it: nobody can open it */
};

/* The word for people, and for --json. */
const char *sealed_word(enum sealed_kind kind);

/* Look at all that is there and open it; count[SEALED__KINDS] is added to.
 * Opened by ring; wanted is the id of one of its keys. With change, what
 * another key has sealed is sealed with that one, a few rows at a time;
 * somebody else may hold some: they stay, and are counted by the next look.
 * False if wanted is not there, or on failure: db_error() says why. */
MUSTCHECK bool sealed_walk(struct db *db, const struct master_key *ring,
    const char *wanted, bool change, struct sealed_count *count);

/* All that is counted as sealed with another key. */
int64_t sealed_left(const struct sealed_count *count);

/* The master key that seals from the next request on, everywhere. */
MUSTCHECK bool sealed_choose(struct db *db, const char *id);

/* Copies of keys in the rotation that are not brought up to date yet because
 * somebody holds them; -1 on failure. */
int64_t sealed_copy(struct db *db);

#endif
