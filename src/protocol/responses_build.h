/*
 * A Responses request while it becomes a chat request. Private to the
 * responses_* files that read.
 */
#ifndef KEYWHEEL_PROTOCOL_RESPONSES_BUILD_H
#define KEYWHEEL_PROTOCOL_RESPONSES_BUILD_H

#include <json-c/json.h>

#include "protocol/api_error.h"

struct responses_build {
	struct json_object *body;   /* the client's; borrowed */
	struct json_object *chat;   /* the body of the chat request */
	struct json_object *places; /* for responses_path_note(), or NULL */
	struct api_error *error;
};

#endif
