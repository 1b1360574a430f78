/* tools and tool_choice of a Responses request → the chat's (contract 5):
 * flat there, nested here. */
#ifndef KEYWHEEL_PROTOCOL_RESPONSES_TOOLS_H
#define KEYWHEEL_PROTOCOL_RESPONSES_TOOLS_H

#include "base/attr.h"
#include "protocol/responses_build.h"

/* Add what they become to the chat request: `tools`, `web_search_options`,
 * `tool_choice`. False with *b->error set if one is refused. */
MUSTCHECK bool responses_tools_convert(struct responses_build *b);

#endif
