/* A chat answer as one chat.completion object (contract section 2.1).
 * Private to chat_answer. */
#ifndef KEYWHEEL_PROTOCOL_CHAT_WHOLE_H
#define KEYWHEEL_PROTOCOL_CHAT_WHOLE_H

#include "protocol/chat_answer_parts.h"

/* Collect one delta. */
void chat_whole_delta(struct chat_answer *a, const struct delta *d);

/* Append the object to a->out. */
void chat_whole_finish(struct chat_answer *a);

#endif
