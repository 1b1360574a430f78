/* By what a conversation is known again (contract section 1.7). */
#ifndef KEYWHEEL_PROTOCOL_CHAT_CONVERSATION_H
#define KEYWHEEL_PROTOCOL_CHAT_CONVERSATION_H

#include <stdbool.h>

#include "base/buf.h"
#include "protocol/chat_request.h"

/*
 * Append a text that stays the same from turn to turn: of the model, the
 * instruction and the first turn of the user's, as Gemini gets them. It may
 * be large, is not for people, and is to be hashed. False, and nothing is
 * appended, while the model has not said anything yet: many conversations
 * begin alike.
 */
bool chat_conversation_key(const struct chat_request *req, struct buf *out);

#endif
