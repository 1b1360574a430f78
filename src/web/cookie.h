/* The Cookie header (RFC 6265). */
#ifndef KEYWHEEL_WEB_COOKIE_H
#define KEYWHEEL_WEB_COOKIE_H

#include <stdbool.h>

#include "base/buf.h"

/* Append the value of the first cookie of that name, without the quotes that
 * may stand around it. False if there is none; header may be NULL. */
bool cookie_get(const char *header, const char *name, struct buf *value);

#endif
