/* Doing an installation, when nothing is in the way. */
#ifndef KEYWHEEL_ADMIN_INSTALL_DO_H
#define KEYWHEEL_ADMIN_INSTALL_DO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"

struct db;
struct service;

struct installed {
	struct buf token; /* a new admin token; empty: none was made */
	struct buf name;  /* … its name */
	size_t keys, bad; /* keys that are new; lines that are none */
	bool upgraded;    /* there was an installation before */
};

void installed_init(struct installed *done);
void installed_clear(struct installed *done);

/* Make the master key if there is none, bring the schema forward, take the
 * keys, and make an admin token if there is none or (want_token) all the same.
 * keys: as they are pasted; may be empty. False with the reason; what was done
 * before that stays, and a repetition goes on from there. */
MUSTCHECK bool install_do(struct service *s, struct db *db,
    const struct buf *keys, bool want_token, struct installed *done,
    struct buf *why);

#endif
