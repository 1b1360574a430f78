/* A response format in words, for models and requests that cannot have it as
 * a field (contract sections 1.4 and 1.5). */
#ifndef KEYWHEEL_PROTOCOL_SCHEMA_TEXT_H
#define KEYWHEEL_PROTOCOL_SCHEMA_TEXT_H

#include <json-c/json.h>

#include "base/buf.h"

/* Append the instruction. schema: the client's own, or NULL if any JSON
 * object will do. */
void schema_text_write(struct buf *out, struct json_object *schema);

#endif
