/* Who may see the pages. */
#ifndef KEYWHEEL_ADMIN_SIGN_IN_H
#define KEYWHEEL_ADMIN_SIGN_IN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/crypt.h"

struct service;

/* HTTP Basic: any name, and a token with admin right as the password. If
 * this is false, a page that says so has been sent. */
MUSTCHECK bool sign_in_check(struct service *s);

/* The same; the hash of that token tells who it is. */
MUSTCHECK bool sign_in_take(struct service *s, uint8_t hash[CRYPT_HASH_SIZE]);

#endif
