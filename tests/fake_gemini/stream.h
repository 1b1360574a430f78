/* Streamed answers: server-sent events, or a JSON array piece by piece. */
#ifndef FAKE_STREAM_H
#define FAKE_STREAM_H

#include "answers.h"
#include "deed.h"
#include "route.h"

/*
 * stream_write(deed, route, answer, reply): the events of the deed if it
 *   brings some, else those of the answer; each is a piece of the reply.
 * stream_first(deed, reply): the first event of the deed, as a whole answer.
 * stream_type(sse, reply): the Content-Type of a stream.
 */
void stream_write(const struct deed *, const struct route *,
    const struct answer *, struct reply *);
void stream_first(const struct deed *, struct reply *);
void stream_type(bool, struct reply *);

#endif
