/*
 * Adding a member to a body of Gemini's own API without touching the rest:
 * Google's parser takes more than ours (snake_case, trailing commas, odd
 * numbers), so the bytes are scanned and not parsed (contract section 6.3).
 */
#ifndef KEYWHEEL_PROTOCOL_NATIVE_BODY_H
#define KEYWHEEL_PROTOCOL_NATIVE_BODY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Put `"safetySettings":settings` in front of the body's members, unless it
 * has such a member already (in either spelling) or is no object. settings is
 * JSON. True if the body was changed.
 */
bool native_body_add_safety(struct buf *body, const char *settings);

/* How many requests are in the list `requests` of the body; 1 if it has no
 * such list that can be read. */
int native_body_requests(const struct buf *body);

#endif
