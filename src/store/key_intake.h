/*
 * Bringing in many keys at once: they are gathered, sealed and hashed first,
 * and then handed to the database, which is asked once for some thousands of
 * them.
 */
#ifndef KEYWHEEL_STORE_KEY_INTAKE_H
#define KEYWHEEL_STORE_KEY_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/crypt.h"

struct db;
struct json_object;

enum key_taken {
	KEY_ADDED,
	KEY_RESTORED, /* had been removed */
	KEY_KNOWN,
	KEY_TWICE, /* is among the keys before it */
};

/* What became of one of them. */
struct key_new {
	uint8_t hash[CRYPT_HASH_SIZE];
	struct json_object *row; /* what the database is told */
	int64_t key_id;          /* 0: it has none (yet) */
	enum key_taken taken;
	size_t first; /* of KEY_TWICE: the number of the other one */
};

struct key_intake {
	const struct master_key *master;
	struct key_new *keys;
	size_t n, room;
};

/* No more than that in one go. */
#define KEY_INTAKE_MAX 250000

void key_intake_init(struct key_intake *in, const struct master_key *master);
void key_intake_clear(struct key_intake *in);

/* Gather a key; its number is that of the order, from 0. attributes: an object
 * with pool and maybe project, weight, models, reserve and note, as edit_keys
 * has them; borrowed. False for more than KEY_INTAKE_MAX, and for a key that
 * cannot be sealed. */
MUSTCHECK bool key_intake_take(
    struct key_intake *in, const char *secret, struct json_object *attributes);

/* Is there no room for another one? Else what key_intake_take() refuses cannot
 * be sealed. */
bool key_intake_is_full(const struct key_intake *in);

/* Bring them in, and say of each what became of it. Within a transaction: it
 * is all or nothing then. dry: only say what would become of them. origin:
 * cli, env, page, demo. False if the database failed. */
MUSTCHECK bool key_intake_send(
    struct key_intake *in, struct db *db, const char *origin, bool dry);

/* How many of them that became of. */
size_t key_intake_count(const struct key_intake *in, enum key_taken taken);

#endif
