/*
 * Thought signatures in the `encrypted_content` of reasoning items, the one
 * place of the Responses API that clients send back as they got it. A text of
 * ours looks like {"thought_signatures":{"call_1":"…"}}.
 */
#ifndef KEYWHEEL_PROTOCOL_RESPONSES_SIGNATURES_H
#define KEYWHEEL_PROTOCOL_RESPONSES_SIGNATURES_H

#include <json-c/json.h>

#include "base/buf.h"

/* Append the text that holds the signature of one call. */
void responses_signatures_write(
    const char *call_id, const char *signature, struct buf *out);

/* Add the signatures in a text to an object {call id: signature}. A text that
 * is not ours has none. */
void responses_signatures_read(
    struct json_object *text, struct json_object *signatures);

#endif
