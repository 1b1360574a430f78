/*
 * Calls of tools in an assistant's message, tool_calls or function_call →
 * functionCall parts (contract section 1.2), and the signatures that come
 * with a message (section 1.7).
 */
#ifndef KEYWHEEL_PROTOCOL_CHAT_CALLS_H
#define KEYWHEEL_PROTOCOL_CHAT_CALLS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/json.h"

struct chat_build;

/* Append the calls of messages[i] to parts. False with *b->error set if
 * something is refused. */
MUSTCHECK bool chat_calls_convert(struct chat_build *b,
    struct json_object *message, size_t i, struct json_object *parts);

/* Put the signature of messages[i] as a whole, if it has one, on the last
 * text of its parts. False with *b->error set if it is no text. */
MUSTCHECK bool chat_calls_sign_text(struct chat_build *b,
    struct json_object *message, size_t i, struct json_object *parts);

#endif
