/*
 * Server-sent events. The parser takes bytes cut anywhere and gives whole
 * `data` payloads (several data lines are joined with a newline); lines may
 * end in \n, \r\n or \r; comments and other fields are skipped. A body that is
 * no SSE at all but JSON is recognised by the caller (contract section 2.5).
 */
#ifndef KEYWHEEL_PROTOCOL_SSE_H
#define KEYWHEEL_PROTOCOL_SSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"

struct sse_parser {
	struct buf line; /* the line that is not complete yet */
	struct buf data; /* the data lines of the event so far */
	bool has_data;
	bool after_cr; /* a \n that follows belongs to the \r before it */
};

/* One event's data; valid during the call. False stops the parser. */
typedef bool sse_fn(void *ctx, const char *data, size_t len);

/* max: ceiling for one event in bytes. */
void sse_init(struct sse_parser *p, size_t max);
void sse_clear(struct sse_parser *p);

/* False if fn refused or an event outgrew the ceiling. */
MUSTCHECK bool sse_feed(
    struct sse_parser *p, const char *bytes, size_t len, sse_fn *fn, void *ctx);

/* The end of the input: an event without its blank line counts. */
MUSTCHECK bool sse_end(struct sse_parser *p, sse_fn *fn, void *ctx);

#endif
