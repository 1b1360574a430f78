/* Cookies, as browsers send them (RFC 6265, section 4.2). */
#ifndef KEYWHEEL_WEB_COOKIE_H
#define KEYWHEEL_WEB_COOKIE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* The next value of that name in a Cookie header; there may be more than one:
 * other sites of the same domain can set some. *header: where to begin, moved
 * on; *len: of the value, which is not decoded. NULL at the end. */
const char *cookie_next(const char **header, const char *name, size_t *len);

/* Append the first value of that name, without the quotes that may stand
 * around it. False if there is none; header may be NULL. */
bool cookie_get(const char *header, const char *name, struct buf *value);

#endif
