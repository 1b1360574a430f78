/* The client's credential (contract section 6.1). */
#ifndef KEYWHEEL_GATEWAY_ACCESS_H
#define KEYWHEEL_GATEWAY_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/crypt.h"
#include "protocol/api_error.h"

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
 * Ask the database whose it is, and refresh the settings. False with *error
 * set if it is nobody's or cannot be asked. For requests that do not get
 * their answer together with a lease.
 */
MUSTCHECK bool access_check(struct service *s,
    const uint8_t hash[CRYPT_HASH_SIZE], int64_t *token_id, bool *admin,
    struct api_error *error);

#endif
