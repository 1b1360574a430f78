/* Content parts of messages: OpenAI's → Gemini's (contract section 1.3). */
#ifndef KEYWHEEL_PROTOCOL_CHAT_PARTS_H
#define KEYWHEEL_PROTOCOL_CHAT_PARTS_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/api_error.h"
#include "protocol/chat_fetch.h"
#include "protocol/chat_policy.h"
#include "protocol/model_name.h"

/* Who may send a part: bits of a set. */
enum chat_speaker {
	BY_SYSTEM = 1,
	BY_USER = 2,
	BY_ASSISTANT = 4,
	BY_TOOL = 8,
};

/* By what parts are converted, and who notes what must be fetched for them.
 * All borrowed. */
struct chat_parts_env {
	const struct model_traits *traits;
	const struct chat_policy *policy;
	struct chat_fetches *fetches;
};

/* Append the parts of a message's content, a string or an array, to the array
 * `parts`; texts that are empty give none. path names the content, such as
 * "messages[3].content". False with *error set if something is refused. */
MUSTCHECK bool chat_parts_convert(const struct chat_parts_env *env,
    struct json_object *content, const char *path, enum chat_speaker speaker,
    struct json_object *parts, struct api_error *error);

/* The same of `images`, as answers have it and clients send it back: a list
 * of image_url parts. path names the message; without images nothing is
 * appended. */
MUSTCHECK bool chat_parts_convert_images(const struct chat_parts_env *env,
    struct json_object *message, const char *path, struct json_object *parts,
    struct api_error *error);

/* Append {"text":…}; the text is shared, not copied. */
void chat_parts_add_text(struct json_object *parts, struct json_object *text);

#endif
