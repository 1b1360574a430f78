/* The body of a request, so that people can read it in a log. */
#ifndef KEYWHEEL_PROTOCOL_BODY_SHORTEN_H
#define KEYWHEEL_PROTOCOL_BODY_SHORTEN_H

#include "base/buf.h"

/*
 * Append the body as UTF-8 text of at most max bytes: pictures, sound and files
 * in base64 are cut down to their beginning, and bytes that are no text are
 * left out; it says how much. What comes after max is left out too.
 */
void body_shorten(struct buf *out, const char *bytes, size_t len, size_t max);

#endif
