/*
 * Items that come whole: calls of functions and of custom tools, and images
 * (contract section 5). In a stream each has all its events at once.
 */
#ifndef KEYWHEEL_PROTOCOL_RESPONSES_CALL_H
#define KEYWHEEL_PROTOCOL_RESPONSES_CALL_H

#include "protocol/responses_answer_parts.h"

/* A call. Its signature goes before it, into a reasoning item, if the client
 * wants to have it. */
void responses_call_add(struct responses_answer *a, const struct delta *d);

/* An image, as an item of the tool that OpenAI has for them. */
void responses_call_add_image(
    struct responses_answer *a, const struct delta *d);

#endif
