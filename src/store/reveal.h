/* Keys in full, for somebody who has proved again that he may see them. */
#ifndef KEYWHEEL_STORE_REVEAL_H
#define KEYWHEEL_STORE_REVEAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/crypt.h"

struct db;

struct revealed_key {
	int64_t key_id;
	/* The key; NULL: this master key does not open it. Wiped afterwards. */
	const char *secret;
	const char *pool, *state;
	const char *project, *note; /* NULL, "": none */
};

/* False stops. */
typedef bool reveal_fn(void *ctx, const struct revealed_key *key);

/* The keys of a task of the kind "export" that was made within the hour, in
 * order. by: whom their histories name. How many there were; -1 if the database
 * failed or fn stopped it. */
int64_t reveal_keys(struct db *db, const struct master_key *master,
    int64_t task_id, const char *by, reveal_fn *fn, void *ctx);

#endif
