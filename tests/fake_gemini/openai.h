/*
 * Google's OpenAI-compatible API, below v1beta/openai/: chat, embeddings,
 * pictures and models. It takes the key as a bearer token alone, knows the
 * fields that OpenAI has, and puts its errors into a list.
 */
#ifndef FAKE_OPENAI_H
#define FAKE_OPENAI_H

#include "http.h"
#include "reply.h"
#include "route.h"

struct json_tokener;

/*
 * openai_key(request, key): append the bearer token, if there is one.
 * openai_model(tokener, request, model): append the model that the body names.
 * openai_serve(tokener, route, request, reply): answer.
 */
void openai_key(const struct http_request *, struct buf *);
void openai_model(
    struct json_tokener *, const struct http_request *, struct buf *);
void openai_serve(struct json_tokener *, const struct route *,
    const struct http_request *, struct reply *);

#endif
