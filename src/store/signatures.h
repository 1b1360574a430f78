/* Thought signatures, where they cannot wait for the account. */
#ifndef KEYWHEEL_STORE_SIGNATURES_H
#define KEYWHEEL_STORE_SIGNATURES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct db;
struct json_object;

/* Keep the signatures of an account.remember (store/requests.h) now: the
 * conversation's next turn may begin before its account is written. False if
 * that failed. */
MUSTCHECK bool signatures_keep(struct db *db, int64_t token_id, int64_t key_id,
    const char *model, struct json_object *remember);

#endif
