/* Query strings. */
#ifndef KEYWHEEL_WEB_QUERY_H
#define KEYWHEEL_WEB_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Append the decoded value of the first parameter of that name. False if
 * there is none, or its encoding is broken. */
bool query_get(const char *query, const char *name, struct buf *value);

/* Append the query without the parameters of those names (names compared
 * after decoding); the others stay as they were written, in order. */
void query_without(
    const char *query, const char *const *names, size_t n, struct buf *out);

#endif
