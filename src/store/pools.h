/* The pools of keys. */
#ifndef KEYWHEEL_STORE_POOLS_H
#define KEYWHEEL_STORE_POOLS_H

#include <stdbool.h>

struct db;

/* Has the pool an active key? False on failure too. */
bool pools_have_keys(struct db *db, const char *pool);

#endif
