/*
 * Chats with a model that draws by one prompt: CREATE_IMAGE_MODEL under the
 * name NAME-chat, as gemini-balance offers it, and Imagen. The prompt is the
 * last message of the user's, with the macros of image_macro.h; what was said
 * before is not the model's business.
 */
#ifndef KEYWHEEL_PROTOCOL_CHAT_DRAW_H
#define KEYWHEEL_PROTOCOL_CHAT_DRAW_H

#include "base/attr.h"
#include "protocol/chat_fields.h"
#include "protocol/chat_policy.h"

/* What such names end with. */
extern const char chat_draw_suffix[];

/* The clean name of CREATE_IMAGE_MODEL if that is meant by a clean name with
 * the suffix; *pool as model_name_split() has it. NULL: another is meant. */
const char *chat_draw_model(
    const struct chat_policy *policy, const char *name, const char **pool);

/* As chat_messages_convert(), for such a model; the shape and the number of
 * pictures go to b. The body of one that is asked by :predict is complete
 * then. False with *b->error set if a message is refused. */
MUSTCHECK bool chat_draw_convert(
    struct chat_build *b, struct json_object *messages);

#endif
