/* The client's credential (contract section 6.1). */
#ifndef KEYWHEEL_GATEWAY_ACCESS_H
#define KEYWHEEL_GATEWAY_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/crypt.h"
#include "protocol/api_error.h"

struct json_object;
struct service;

/* Query parameters that may carry a credential; never sent to Google. */
extern const char *const access_parameters[];
extern const size_t access_n_parameters;

/*
 * Take the token from x-goog-api-key, Authorization: Bearer or ?key=, on any
 * path, and hash it. False with *error set if there is none. An empty one is
 * none.
 */
MUSTCHECK bool access_take(
    struct service *s, uint8_t hash[CRYPT_HASH_SIZE], struct api_error *error);

/* Is there one at all, whatever it is worth? */
bool access_is_given(struct service *s);

/*
 * Ask the database whose it is, count the request by the token's limits, and
 * refresh the settings. False with *error set if it is nobody's, if it may not,
 * or cannot be asked. For requests that do not get their answer together with a
 * lease; those that do may ask before, too: they are counted once. *token_id:
 * whose it is, for the account, also where it may not. admin: NULL, but for the
 * pages, which do not count.
 */
MUSTCHECK bool access_check(struct service *s,
    const uint8_t hash[CRYPT_HASH_SIZE], int64_t *token_id, bool *admin,
    struct api_error *error);

/* The same, with the models that it may use (token.models), which the caller
 * owns. */
MUSTCHECK bool access_check_models(struct service *s,
    const uint8_t hash[CRYPT_HASH_SIZE], int64_t *token_id,
    struct json_object **models, struct api_error *error);

/* Is that what a client was told who has reached a limit of the token's own?
 * The words are all that the account keeps of it. access_words.c. */
bool access_is_own_limit(const char *detail);

/* What a client is told whose token may not; as in struct token. Always
 * false. access_words.c. */
bool access_refuse(struct api_error *error, const char *why,
    const char *allowed, int64_t wait_ms);

#endif
