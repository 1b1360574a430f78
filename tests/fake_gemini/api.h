/* The fake itself: the Gemini API, its script and its books. */
#ifndef FAKE_API_H
#define FAKE_API_H

#include "http.h"
#include "reply.h"

struct api;

/*
 * api_new(quiet, connections): quiet keeps no record of requests; connections
 *   is where the number of connections so far can be read at any time.
 * api_script(api, text, why): the rules to begin with; false: why is set.
 * api_serve(api, request, reply): answer.   api_ended(api, reply, how): book.
 *   api_sink(api, request): see there. They are made to be struct conn_calls.
 */
struct api *api_new(bool, const unsigned long long *);
void api_free(struct api *);
bool api_script(struct api *, struct span, struct buf *);
void *api_sink(void *, const struct http_request *);
void api_serve(void *, const struct http_request *, struct reply *);
void api_ended(void *, const struct reply *, enum reply_how);

#endif
