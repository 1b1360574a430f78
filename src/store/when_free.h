/* When a key is to be had, for a request that may not try any more. */
#ifndef KEYWHEEL_STORE_WHEN_FREE_H
#define KEYWHEEL_STORE_WHEN_FREE_H

#include <stdbool.h>

#include "base/attr.h"

struct db;
struct json_object;
struct lease;
struct request_facts;

/* Put the verdict (JSON for keywheel.apply_verdict, may be NULL) in force and
 * see when the first key is free, without taking it: lease gets wait_ms, 0 if
 * one is free now, long_rest and why; its answer becomes LEASE_NONE if there
 * is no key any more. All else of it stays. False if the database cannot be
 * asked. */
MUSTCHECK bool when_free_ask(struct db *db, const struct request_facts *facts,
    struct json_object *verdict, struct lease *lease);

#endif
