/*
 * Keys between their preview and their being added: sealed, in the database,
 * for an hour. So no page has to carry them there and back.
 */
#ifndef KEYWHEEL_STORE_KEY_DRAFT_H
#define KEYWHEEL_STORE_KEY_DRAFT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/crypt.h"

struct db;
struct key_intake;

/* Keep those of an intake, sent dry, that would be added or restored; id: under
 * which name, a new one. */
MUSTCHECK bool key_draft_keep(
    struct db *db, const struct key_intake *in, char id[CRYPT_ID_SIZE + 1]);

struct key_draft_end {
	int64_t added, restored, known;
	int64_t task_id; /* that tries those that are new, or 0 */
};

/* Add them, all or none, and forget the draft. by: for histories; verify: try
 * them, too. *found false: there is no such draft (any more). */
MUSTCHECK bool key_draft_add(struct db *db, const char *id, const char *by,
    bool verify, bool *found, struct key_draft_end *end);

#endif
