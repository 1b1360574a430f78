/* Gemini's logprobsResult as OpenAI's logprobs (contract section 2.9). */
#ifndef KEYWHEEL_PROTOCOL_LOGPROBS_H
#define KEYWHEEL_PROTOCOL_LOGPROBS_H

#include <json-c/json.h>
#include <stddef.h>

#include "base/buf.h"

/* Append the elements of logprobs.content with commas between them, without
 * brackets. The number of elements: 0, and nothing appended, if the result
 * is empty or its two lists are of different lengths. */
size_t logprobs_write(struct json_object *result, struct buf *out);

#endif
