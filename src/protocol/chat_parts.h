/* Content parts of messages: OpenAI's → Gemini's (contract section 1.3). */
#ifndef KEYWHEEL_PROTOCOL_CHAT_PARTS_H
#define KEYWHEEL_PROTOCOL_CHAT_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/api_error.h"

/* Who may send a part: bits of a set. */
enum chat_speaker {
	BY_SYSTEM = 1,
	BY_USER = 2,
	BY_ASSISTANT = 4,
	BY_TOOL = 8,
};

/* Append the parts of messages[i].content, a string or an array, to the
 * array `parts`; texts that are empty give none. False with *error set if
 * something is refused. */
MUSTCHECK bool chat_parts_convert(struct json_object *content, size_t message,
    enum chat_speaker speaker, struct json_object *parts,
    struct api_error *error);

/* Append {"text":…}; the text is shared, not copied. */
void chat_parts_add_text(struct json_object *parts, struct json_object *text);

#endif
