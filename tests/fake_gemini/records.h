/* The last requests, kept raw, taken apart only when somebody looks. */
#ifndef FAKE_RECORDS_H
#define FAKE_RECORDS_H

#include "http.h"
#include "reply.h"

#define RECORDS_KEPT 256

struct records;

/*
 * records_new(quiet): quiet keeps nothing and costs nothing.
 * records_begin(records, request, number): copy it.
 * records_end(records, ticket, how): note the end, if it is still kept.
 * records_write(records, last, out): the newest ones first, as JSON.
 */
struct records *records_new(bool);
void records_free(struct records *);
void records_reset(struct records *);
void records_begin(
    struct records *, const struct http_request *, const struct ticket *);
void records_end(struct records *, const struct ticket *, enum reply_how);
void records_write(struct records *, long long, struct buf *);

#endif
