/* The books: what was asked with which key, and how it went. */
#ifndef FAKE_BOOKS_H
#define FAKE_BOOKS_H

#include "reply.h"

struct books;

/*
 * books_reset(books): all back to nothing; requests still in progress are
 *   forgotten, their end is not booked.
 * books_begin(books, key, model, method, ticket): a request came.
 * books_end(books, reply, how): it is over.
 * books_write(books, connections, out): all as JSON.
 */
struct books *books_new(void);
void books_free(struct books *);
void books_reset(struct books *);
void books_begin(
    struct books *, const char *, const char *, const char *, struct ticket *);
void books_end(struct books *, const struct reply *, enum reply_how);
void books_write(const struct books *, unsigned long long, struct buf *);

#endif
