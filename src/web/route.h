/*
 * The route table: patterns of path segments, with captures. The path is cut
 * at its slashes before it is decoded, so an encoded slash stays inside the
 * segment that holds it.
 */
#ifndef KEYWHEEL_WEB_ROUTE_H
#define KEYWHEEL_WEB_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define ROUTE_MAX_CAPTURES 2

/* pattern: "/v1/models/{}" or "/v1beta/models/{}:countTokens"; {} stands for
 * at least one character of its segment, a colon excepted. A pattern may end
 * with the segment `**`: what follows there, if anything, is captured as it
 * was sent, with the slash before it. method: "GET", "POST" …, or "*": each
 * but OPTIONS. */
struct route {
	const char *method;
	const char *pattern;
	const void *target; /* whatever the caller dispatches by */
};

struct route_match {
	const struct route *route; /* NULL: none fits */
	struct buf
	    capture[ROUTE_MAX_CAPTURES]; /* decoded, but for that of ** */
	char allow[64]; /* methods that the path has: "GET, POST" */
};

/* Find the first route that fits. A path that has other methods by a pattern
 * without `**` is not given to one with it. With no route but a non-empty
 * `allow` the path exists under other methods (405), with neither it does not
 * (404). HEAD is served by GET. Clear the match afterwards. */
void route_find(const struct route *table, size_t n, const char *method,
    const char *path, struct route_match *match);
void route_match_clear(struct route_match *match);

/* Append what was captured, with a slash between two: a name that holds one,
 * which came as it is. */
void route_match_join(const struct route_match *match, struct buf *out);

#endif
