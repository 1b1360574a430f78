/*
 * The header fields that go through the gateway's native routes (contract
 * section 6.5): lists of what passes; everything else stays here.
 */
#ifndef KEYWHEEL_GATEWAY_PIPE_HEADERS_H
#define KEYWHEEL_GATEWAY_PIPE_HEADERS_H

#include <stdbool.h>
#include <stddef.h>

#include "upstream/exchange.h"

struct web_call;

#define PIPE_HEADERS 8

struct pipe_headers {
	struct exchange_header of[PIPE_HEADERS];
	size_t n;
	char *owned[PIPE_HEADERS];
};

/* Those of the client's request that Google is to have. They are borrowed
 * from the call. */
void pipe_headers_take(struct pipe_headers *h, struct web_call *call);

/* One of Google's answer (its name in lower case): it is copied if clients are
 * to have it. */
void pipe_headers_add(
    struct pipe_headers *h, const char *name, const char *value);

void pipe_headers_clear(struct pipe_headers *h);

#endif
