/* Addresses of clients, and networks that they are in, as text. */
#ifndef KEYWHEEL_BASE_NETWORK_H
#define KEYWHEEL_BASE_NETWORK_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"

/* Append an IPv4 or IPv6 address in its usual form; an IPv4 one that is written
 * as IPv6 (::ffff:192.0.2.1) as what it is, one with a zone without it. False
 * if it is none. */
MUSTCHECK bool network_read_address(const char *text, struct buf *out);

/* The same with an optional /BITS behind it; what they do not cover becomes
 * 0. Without /BITS it is the one address, and has none in the result. */
MUSTCHECK bool network_read(const char *text, struct buf *out);

/* Is the address in the network? Both as above; what is malformed is in none
 * and has none. */
bool network_has(const char *network, const char *address);

#endif
