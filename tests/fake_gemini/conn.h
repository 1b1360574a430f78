/* One connection: requests in, replies out, and an eye on the client. */
#ifndef FAKE_CONN_H
#define FAKE_CONN_H

#include "http.h"
#include "reply.h"

struct conn;
struct loop;

/*
 * What the connection calls:
 *   serve(ctx, request, reply): fill the reply (already begun, status 200).
 *     The spans of the request are valid during the call only.
 *   sink(ctx, request): who takes the body as it comes, so that it is not kept;
 *     NULL: nobody. Its bytes go to files_bytes(). May be NULL.
 *   ended(ctx, reply, how): the reply is over; never twice for one reply.
 */
struct conn_calls {
	void *(*sink)(void *, const struct http_request *);
	void (*serve)(void *, const struct http_request *, struct reply *);
	void (*ended)(void *, const struct reply *, enum reply_how);
	void *ctx;
};

/*
 * A list of connections; the connections link themselves in and out.
 * conn_open(loop, fd, calls, list): takes fd.  The connection frees itself.
 * conn_free_all(list): at the end of the program; ended is not called.
 */
struct conn_list {
	struct conn *first;
};

void conn_open(
    struct loop *, int, const struct conn_calls *, struct conn_list *);
void conn_free_all(struct conn_list *);

#endif
