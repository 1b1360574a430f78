/* messages → systemInstruction and contents (contract section 1.2). */
#ifndef KEYWHEEL_PROTOCOL_CHAT_MESSAGES_H
#define KEYWHEEL_PROTOCOL_CHAT_MESSAGES_H

#include "base/attr.h"
#include "base/json.h"

struct chat_build;

/* Add `systemInstruction` (where there is one) and `contents` to gemini. The
 * names of called tools go to b->req->names, which must know the declared
 * ones already; what may be signed to b->req->signatures. False with
 * *b->error set if a message is refused. */
MUSTCHECK bool chat_messages_convert(struct chat_build *b,
    struct json_object *messages, struct json_object *gemini);

#endif
