/* What the pages of tokens show (sql/functions/075_token_pages.sql). */
#ifndef KEYWHEEL_STORE_TOKEN_PAGES_H
#define KEYWHEEL_STORE_TOKEN_PAGES_H

#include <stdint.h>

struct db;
struct json_object;

/* state, search: NULL: any. NULL on failure; the caller owns the result. */
struct json_object *token_pages_list(struct db *db, const char *state,
    const char *search, int64_t skip, int64_t limit);

/* {token: null} if there is none. Likewise. */
struct json_object *token_pages_one(
    struct db *db, int64_t token_id, const char *range);

#endif
