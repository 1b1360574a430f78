/* The hashes of several secrets as one bytea[] argument. For this layer. */
#ifndef KEYWHEEL_STORE_HASH_LIST_H
#define KEYWHEEL_STORE_HASH_LIST_H

#include <stddef.h>

#include "base/buf.h"
#include "base/crypt.h"

/* Append {"\\x…","\\x…"}. */
void hash_list_write(struct buf *out, const struct master_key *master,
    const char *const *secrets, size_t n);

#endif
