/* Taking a request's body in, and its credential with it. */
#ifndef KEYWHEEL_GATEWAY_BODY_H
#define KEYWHEEL_GATEWAY_BODY_H

#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "protocol/api_error.h"

struct service;

/*
 * Take the token, and the JSON body under the ceiling of MAX_BODY_MB. Nobody
 * without a token is read from; a body over a megabyte is read only after
 * the token has been found good. *token_id is its owner then, else 0. False
 * with *error set.
 */
MUSTCHECK bool body_take(struct service *s, uint8_t token[CRYPT_HASH_SIZE],
    int64_t *token_id, struct buf *body, struct api_error *error);

/* The same of a body of any type. */
MUSTCHECK bool body_take_bytes(struct service *s,
    uint8_t token[CRYPT_HASH_SIZE], int64_t *token_id, struct buf *body,
    struct api_error *error);

/*
 * Refuse a request before it came to a lease: the client is answered, the
 * account gets its row. A wrong token goes before a wrong body, so the token
 * is checked first, unless that is what the error is about.
 */
void body_refuse(struct service *s, const char *route, const char *model,
    const uint8_t token[CRYPT_HASH_SIZE], int64_t token_id,
    enum api_dialect dialect, struct api_error *error);

/*
 * A request was refused by the settings at hand, with *error: ask for those in
 * force, and whether there is a client at all. True, and *error is cleared, if
 * they are others, by which it may be legal. *token_id is set if it was 0.
 */
MUSTCHECK bool body_judge_again(struct service *s,
    const uint8_t token[CRYPT_HASH_SIZE], int64_t *token_id,
    struct api_error *error);

#endif
