/* Bodies of Responses requests for tests, from what matters in them. */
#ifndef KEYWHEEL_TESTS_RESPONSES_BODY_H
#define KEYWHEEL_TESTS_RESPONSES_BODY_H

#include <stdbool.h>

#include "protocol/responses_request.h"

#define IN(items) "\"input\":[" items "]"
#define HI "\"input\":\"hi\""
#define USER(content) "{\"role\":\"user\",\"content\":" content "}"

/* Parse and read a body that has these members beside its model. */
bool responses_body_read(
    struct chat_request *req, const char *members, struct api_error *error);

#endif
