/*
 * Forms that change something. Signing in is the browser's business (HTTP
 * Basic), so it signs in for whatever page posts to us: each form carries a
 * token that only our own pages know, bound to who has signed in and good for
 * an hour.
 */
#ifndef KEYWHEEL_ADMIN_POST_H
#define KEYWHEEL_ADMIN_POST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/crypt.h"

struct service;

/* The name of the hidden field. */
#define POST_TOKEN "form_token"

/* Append the token for forms of a page; who: as sign_in_take() says. */
void post_token(
    struct service *s, const uint8_t who[CRYPT_HASH_SIZE], struct buf *out);

/* Take what was posted, at most max bytes, as web/query.h reads it, if it comes
 * from a page of ours. False after a page that says why it was not taken. */
MUSTCHECK bool post_take(struct service *s, const uint8_t who[CRYPT_HASH_SIZE],
    size_t max, struct buf *fields);

#endif
