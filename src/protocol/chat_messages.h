/* messages → systemInstruction and contents (contract section 1.2). */
#ifndef KEYWHEEL_PROTOCOL_CHAT_MESSAGES_H
#define KEYWHEEL_PROTOCOL_CHAT_MESSAGES_H

#include "base/attr.h"
#include "base/json.h"
#include "protocol/api_error.h"
#include "protocol/chat_parts.h"

/* Add `systemInstruction` (where there is one) and `contents` to gemini.
 * False with *error set if a message is refused. */
MUSTCHECK bool chat_messages_convert(struct json_object *messages,
    const struct chat_parts_env *env, struct json_object *gemini,
    struct api_error *error);

#endif
