/*
 * Patterns that an operator sets: POSIX extended regular expressions over
 * bytes, with what glibc adds (\< and \b for edges of words, \w). No
 * references back: they may take forever.
 */
#ifndef KEYWHEEL_BASE_PATTERN_H
#define KEYWHEEL_BASE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"

struct pattern;

/* NULL with what is wrong with it appended to why: "must be …". Free it with
 * pattern_free(). */
struct pattern *pattern_new(const char *text, struct buf *why);
void pattern_free(struct pattern *p);

/* The first match that begins at `from` or later, in text of len bytes, at
 * most INT_MAX, with a NUL behind them; what is before `from` only counts for
 * edges of words. *start and *size tell where it is; it is never empty. False
 * if there is none. */
MUSTCHECK bool pattern_find(const struct pattern *p, const char *text,
    size_t len, size_t from, size_t *start, size_t *size);

#endif
