/*
 * The cookie of a session: a random id. Behind TLS it is __Host-keywheel, which
 * no neighbour under the same domain can set, else keywheel.
 */
#ifndef KEYWHEEL_ADMIN_SESSION_COOKIE_H
#define KEYWHEEL_ADMIN_SESSION_COOKIE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/crypt.h"

struct service;

/* The hash of the id that the browser sends. False if it sends none that could
 * be one of ours. */
MUSTCHECK bool session_cookie_take(
    struct service *s, uint8_t hash[CRYPT_HASH_SIZE]);

/* A new id: its hash. It goes to the browser only with session_cookie_send().
 */
struct session_cookie {
	char id[2 * 32 + 1];
	uint8_t hash[CRYPT_HASH_SIZE];
};
void session_cookie_make(struct service *s, struct session_cookie *cookie);

/* With the next answer the browser gets it, or (NULL) is to forget its own. */
void session_cookie_send(
    struct service *s, const struct session_cookie *cookie);

#endif
