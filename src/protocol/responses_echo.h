/*
 * What a response repeats of its request (contract section 5), and what the
 * request says of how the response is to look. body is the client's, and has
 * been accepted; NULL stands for one that says nothing.
 */
#ifndef KEYWHEEL_PROTOCOL_RESPONSES_ECHO_H
#define KEYWHEEL_PROTOCOL_RESPONSES_ECHO_H

#include <json-c/json.h>
#include <stdbool.h>

#include "base/buf.h"

struct responses_wishes {
	bool summaries;  /* reasoning.summary: show the thoughts */
	bool signatures; /* include: reasoning.encrypted_content */
	bool logprobs;   /* include: message.output_text.logprobs */
};

struct responses_wishes responses_wishes_of(struct json_object *body);

/* Append ,"instructions":…,"tools":[…] and so on: members of the response
 * object, each after a comma. */
void responses_echo_write(struct json_object *body, struct buf *out);

#endif
