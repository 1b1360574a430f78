/* Paths that go on to Google: what is looked at is what is sent. */
#ifndef KEYWHEEL_PROTOCOL_CLEAN_PATH_H
#define KEYWHEEL_PROTOCOL_CLEAN_PATH_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"

/*
 * Append the path of a URL, percent-encoded as it was sent, in plain
 * characters. False if it holds what no path of Google's has: an empty segment,
 * one of dots alone, a character that would have to be encoded. An encoded
 * slash is one, too, or (slashes) it is taken for the slash of an id such as
 * models/x, as OpenAI's SDKs send it.
 */
MUSTCHECK bool clean_path(const char *sent, bool slashes, struct buf *out);

#endif
