/* instructions and input of a Responses request → messages (contract 5). */
#ifndef KEYWHEEL_PROTOCOL_RESPONSES_INPUT_H
#define KEYWHEEL_PROTOCOL_RESPONSES_INPUT_H

#include "base/attr.h"
#include "protocol/responses_build.h"

/* Add `messages` to the chat request. What an item says is shared, not
 * copied. False with *b->error set if an item is refused. */
MUSTCHECK bool responses_input_convert(struct responses_build *b);

#endif
