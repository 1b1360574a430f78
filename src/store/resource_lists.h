/* What projects hold at Google, where it cannot wait for the account. */
#ifndef KEYWHEEL_STORE_RESOURCE_LISTS_H
#define KEYWHEEL_STORE_RESOURCE_LISTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct db;
struct json_object;

/* Keep the resources of an account.remember (store/requests.h) now: whoever
 * gets the answer may ask for them before its account is written. False if that
 * failed. */
MUSTCHECK bool resource_lists_note(struct db *db, int64_t token_id,
    int64_t key_id, struct json_object *remember);

/*
 * Those of an array of names that the token may see: all, or what it has made
 * itself where tokens are kept apart (FILES_USER_ISOLATION_ENABLED). NULL on
 * failure: none. The caller owns it.
 */
struct json_object *resource_lists_seen(
    struct db *db, int64_t token_id, struct json_object *names);

#endif
