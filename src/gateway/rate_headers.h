/* What the limits of its token are to a request: whether they count it, and
 * what is left of them, which clients are told as OpenAI tells it
 * (RATE_LIMIT_HEADERS). */
#ifndef KEYWHEEL_GATEWAY_RATE_HEADERS_H
#define KEYWHEEL_GATEWAY_RATE_HEADERS_H

#include <stdbool.h>
#include <stdint.h>

#include "store/token_rates.h"

struct service;

struct rate_state {
	bool counted; /* its end is to be told: account.charged */
	struct token_rates rates;
	int64_t at_ms; /* monotonic: when they were so */
};

/* The database has said so, in an answer about this request; what an earlier
 * one has counted stays counted. */
void rate_note(
    struct service *s, bool counted, const struct token_rates *rates);

/* Add x-ratelimit-limit-requests, -remaining-requests, -reset-requests, and the
 * same of tokens, to an answer whose head has begun. */
void rate_headers_add(struct service *s);

#endif
