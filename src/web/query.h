/* Query strings. */
#ifndef KEYWHEEL_WEB_QUERY_H
#define KEYWHEEL_WEB_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Append the decoded value of the first parameter of that name. False if
 * there is none, or its encoding is broken. */
bool query_get(const char *query, const char *name, struct buf *value);

/* The next pair of a query, decoded into name and value, which are emptied
 * first. *query: where to begin, moved on. False at the end; pairs whose
 * encoding is broken are passed over. */
bool query_next(const char **query, struct buf *name, struct buf *value);

/* Append name=value, encoded, with a & before it if out is not empty. */
void query_add(struct buf *out, const char *name, const char *value);

/* Append the query without the parameters of those names (names compared
 * after decoding); the others stay as they were written, in order. */
void query_without(
    const char *query, const char *const *names, size_t n, struct buf *out);

#endif
