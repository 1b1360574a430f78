/*
 * Cutting a JSON array (or one bare object) that arrives in pieces into its
 * elements, without waiting for the end: Gemini's stream without alt=sse.
 * Works on bytes: strings, escapes and nesting are tracked, nothing is parsed.
 */
#ifndef KEYWHEEL_PROTOCOL_JSON_ARRAY_H
#define KEYWHEEL_PROTOCOL_JSON_ARRAY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"

struct json_array {
	struct buf element; /* the object that is not complete yet */
	int depth;          /* braces and brackets open inside it */
	bool in_text, escaped;
	bool opened; /* the array's own bracket was seen */
	bool closed; /* its closing one too, or the bare object ended */
};

/* One element's text; valid during the call. False stops. */
typedef bool json_array_fn(void *ctx, const char *text, size_t len);

void json_array_init(struct json_array *a, size_t max);
void json_array_clear(struct json_array *a);

/* False if fn refused, an element outgrew the ceiling, or the bytes are
 * neither an array of objects nor one object. */
MUSTCHECK bool json_array_feed(struct json_array *a, const char *bytes,
    size_t len, json_array_fn *fn, void *ctx);

/* True if the array (or object) was complete. */
bool json_array_ended(const struct json_array *a);

#endif
