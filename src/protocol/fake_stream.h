/*
 * Fake streaming: a streamed answer that is fetched whole, while the client
 * gets signs of life.
 */
#ifndef KEYWHEEL_PROTOCOL_FAKE_STREAM_H
#define KEYWHEEL_PROTOCOL_FAKE_STREAM_H

#include <stdbool.h>

#include "protocol/chat_policy.h"
#include "protocol/chat_request.h"

/* Is the answer to be fetched so? Where the client wants a stream, and either
 * all of them are (FAKE_STREAM_ENABLED), or the model's name said so, or
 * FAKE_STREAM_MODELS has the name that was asked for or the one that serves. */
bool fake_stream_wanted(
    const struct chat_request *req, const struct chat_policy *policy);

#endif
