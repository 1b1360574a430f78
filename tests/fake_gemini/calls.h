/*
 * The calls that carry a mark, one by one: what each was told of its usage.
 *
 * A mark is `mark=NAME`, NAME of letters, digits and dashes, anywhere in the
 * first part of a request's body. Whoever sends it finds again here what became
 * of it: all calls with it are the attempts of one request.
 */
#ifndef FAKE_CALLS_H
#define FAKE_CALLS_H

#include "reply.h"
#include "route.h"

struct calls;

/*
 * calls_reset(calls): all are forgotten, also those in progress.
 * calls_begin(calls, route, body, ticket): a call came; ticket, which the books
 *   have filled, learns its mark (valid while the call is kept) and how often
 *   that has come.
 * calls_tokens(ticket, tokens): numbers that no other call has, or hardly.
 * calls_end(calls, reply, how): it is over.
 * calls_write(calls, out): all of them, as JSON, each by itself on a line.
 */
struct calls *calls_new(void);
void calls_free(struct calls *);
void calls_reset(struct calls *);
void calls_begin(
    struct calls *, const struct route *, struct span, struct ticket *);
void calls_tokens(const struct ticket *, struct tokens *);
void calls_end(struct calls *, const struct reply *, enum reply_how);
void calls_write(const struct calls *, struct buf *);

#endif
