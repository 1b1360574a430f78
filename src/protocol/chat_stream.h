/* A chat answer as a stream of chunks (contract section 2.4). Private to
 * chat_answer. */
#ifndef KEYWHEEL_PROTOCOL_CHAT_STREAM_H
#define KEYWHEEL_PROTOCOL_CHAT_STREAM_H

#include "protocol/chat_answer_parts.h"

/* Render what all chunks have in common. */
void chat_stream_prepare(struct chat_answer *a);

/* Append the chunk of one delta, if it has one, to a->out. */
void chat_stream_delta(struct chat_answer *a, const struct delta *d);

/* Append a chunk with that content for choice i. */
void chat_stream_text(
    struct chat_answer *a, int i, const char *text, size_t len);

/* Append what ends the stream to a->out. */
void chat_stream_finish(struct chat_answer *a);

#endif
