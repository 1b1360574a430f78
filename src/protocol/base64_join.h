/* Base64 texts put one after the other: the result is the base64 of their
 * bytes together, whatever padding stands in between. */
#ifndef KEYWHEEL_PROTOCOL_BASE64_JOIN_H
#define KEYWHEEL_PROTOCOL_BASE64_JOIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Zero-initialised = nothing yet. */
struct base64_join {
	uint32_t carry;   /* bytes that do not fill three yet */
	unsigned n_carry; /* how many: 0..2 */
};

/* Append one text. Padding, white space and foreign characters are passed
 * over; the URL-safe alphabet counts too. */
void base64_join_add(
    struct base64_join *j, const char *text, size_t len, struct buf *out);

/* Append what is left, padded. */
void base64_join_end(struct base64_join *j, struct buf *out);

#endif
