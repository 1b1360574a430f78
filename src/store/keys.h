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

/* Remove the keys of that pool and origin that are not among the n secrets;
 * how many, or -1 on failure. */
int64_t keys_remove_except(struct db *db, const struct master_key *master,
    const char *pool, const char *origin, const char *const *secrets, size_t n);

/* state: active, disabled, removed. False with *found telling "no such key,
 * or in that state already" (false) from a failure of the database (true). */
MUSTCHECK bool keys_set_state(struct db *db, int64_t key_id, const char *state,
    const char *cause, bool *found);

/* What a list is to show; NULL: all. state: active, disabled, resting
 * (active, but not for all models), ready (the other active ones). */
struct keys_filter {
	const char *state, *pool, *project;
};

/* The keys that are not removed, as a JSON array for people and programs;
 * without secrets. NULL on failure. The caller owns it. */
struct json_object *keys_list(struct db *db, const struct keys_filter *filter);

/* What happened to a key, as an array, the newest last. NULL on failure. The
 * caller owns it. */
struct json_object *keys_events(struct db *db, int64_t key_id);

/* Which of these keys there are (NULL: of all), removed ones left out: *found,
 * in order, and how many. The caller frees *found. False on failure. */
MUSTCHECK bool keys_find(struct db *db, const int64_t *ids, size_t n,
    int64_t **found, size_t *n_found);

/* Change keys: {project, weight, models, reserve, pool, note}; what is absent
 * stays, null takes it away. *changed: how many are different now. Thousands
 * are changed in parts, so that no request waits for all: where that fails in
 * the middle (false), some are changed, and it may be done again. */
MUSTCHECK bool keys_edit(struct db *db, const int64_t *ids, size_t n,
    struct json_object *change, const char *cause, size_t *changed);

/* Called for each active key of the pool; secret is wiped afterwards, and NULL
 * if this master key does not open it; scope is what quota is counted by.
 * False stops. */
typedef bool keys_fn(void *ctx, int64_t key_id, const char *hint,
    const char *secret, const char *scope);
MUSTCHECK bool keys_each(struct db *db, const struct master_key *master,
    const char *pool, keys_fn *fn, void *ctx);

#endif
