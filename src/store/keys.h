/* Keys: adding, listing, changing their state. */
#ifndef KEYWHEEL_STORE_KEYS_H
#define KEYWHEEL_STORE_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/crypt.h"

struct db;
struct json_object;

enum key_added { KEY_ADDED, KEY_RESTORED, KEY_KNOWN, KEY_FAILED };

/* Add one key to a pool; origin: cli, env, page, demo. */
enum key_added keys_add(struct db *db, const struct master_key *master,
    const char *pool, const char *secret, const char *origin, int64_t *key_id);

/* Remove the keys of that pool and origin that are not among the n secrets;
 * how many, or -1 on failure. */
int64_t keys_remove_except(struct db *db, const struct master_key *master,
    const char *pool, const char *origin, const char *const *secrets, size_t n);

/* state: active, disabled, removed. False with *found telling "no such key,
 * or in that state already" (false) from a failure of the database (true). */
MUSTCHECK bool keys_set_state(struct db *db, int64_t key_id, const char *state,
    const char *cause, bool *found);

/* All keys that are not removed, as a JSON array for people and programs;
 * without secrets. NULL on failure. The caller owns it. */
struct json_object *keys_list(struct db *db);

/* Called for each active key of the pool; secret is wiped afterwards, and NULL
 * if this master key does not open it; scope is what quota is counted by.
 * False stops. */
typedef bool keys_fn(void *ctx, int64_t key_id, const char *hint,
    const char *secret, const char *scope);
MUSTCHECK bool keys_each(struct db *db, const struct master_key *master,
    const char *pool, keys_fn *fn, void *ctx);

#endif
