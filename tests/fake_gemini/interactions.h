/* The Interactions API: errors with a word for a code, SSE with event types. */
#ifndef FAKE_INTERACTIONS_H
#define FAKE_INTERACTIONS_H

#include "resources.h"

/*
 * interactions_serve(r, call, body, reply): false if it is not ours. body: of
 *   the request, NULL if it is none.
 */
bool interactions_serve(struct resources *, const struct resources_call *,
    struct json_object *, struct reply *);

#endif
