/*
 * POST /v1/responses: OpenAI's Responses request in, Gemini's request out
 * (contract section 5). It is turned into a chat request and read as one, so
 * that the rules of messages, tools, schemas and thinking stand in one place;
 * what is refused is named as the client wrote it. Pure.
 */
#ifndef KEYWHEEL_PROTOCOL_RESPONSES_REQUEST_H
#define KEYWHEEL_PROTOCOL_RESPONSES_REQUEST_H

#include <json-c/json.h>
#include <stdbool.h>

#include "base/attr.h"
#include "protocol/chat_request.h"

/* As chat_request_read(). req->echo is the body. */
MUSTCHECK bool responses_request_read(struct chat_request *req,
    struct json_object *body, const struct chat_policy *policy,
    struct api_error *error);

/* The body of the chat request, of which parts are shared with the client's;
 * the caller owns it. NULL with *error set if something is refused already
 * by its form. places: for responses_path_rewrite(), or NULL. */
struct json_object *responses_to_chat(struct json_object *body,
    struct json_object *places, struct api_error *error);

#endif
