/* Leaving a field of our own out of Gemini's body again. */
#ifndef KEYWHEEL_PROTOCOL_CHAT_DROP_H
#define KEYWHEEL_PROTOCOL_CHAT_DROP_H

#include <json-c/json.h>
#include <stdbool.h>

/*
 * Remove the member of that name wherever this gateway may have put it:
 * generationConfig, thinkingConfig, toolConfig, a tool, a part, the id of a
 * call or of its response. What a client has written (schemas, arguments,
 * results) is not looked at. True if there was one.
 */
bool chat_drop_field(struct json_object *gemini, const char *name);

#endif
