/* tool_choice and the older function_call (contract section 1.4, the
 * table). */
#ifndef KEYWHEEL_PROTOCOL_CHAT_CHOICE_H
#define KEYWHEEL_PROTOCOL_CHAT_CHOICE_H

#include <stdbool.h>

#include "base/json.h"

struct chat_build;
struct chat_field;

/* Handlers (chat_field_fn) that fill b->tools; to be called when the tools
 * are known. Without any function the choice is ignored. */
bool chat_choice_take(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path);
bool chat_choice_take_function_call(struct chat_build *b,
    const struct chat_field *field, struct json_object *value,
    const char *path);

#endif
