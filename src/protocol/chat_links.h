/* The pages that a search found, as a list in markdown. */
#ifndef KEYWHEEL_PROTOCOL_CHAT_LINKS_H
#define KEYWHEEL_PROTOCOL_CHAT_LINKS_H

#include <json-c/json.h>
#include <stddef.h>

#include "base/buf.h"

/* Append a rule, a heading and one line for each page of groundingMetadata,
 * each page once. The number of pages; nothing is appended if it is 0. */
size_t chat_links_write(struct json_object *grounding, struct buf *out);

#endif
