/* Gemini's own API, and Vertex's, which looks the same. */
#ifndef KEYWHEEL_GATEWAY_NATIVE_H
#define KEYWHEEL_GATEWAY_NATIVE_H

#include <stdbool.h>

struct route_match;
struct service;

/* One kind of call. */
struct native_kind {
	const char *route;  /* in the account */
	const char *method; /* HTTP */
	const char *action; /* after the model: ":countTokens"; "" */
	const char *pool;   /* whose keys; NULL: as the model's name says */
	bool generates;     /* the answer has candidates and usage */
	bool streams;
	bool embeds; /* it has vectors; a body may hold several requests */
};

/* Serve the request that the service has accepted; the route captures the
 * model. */
void native_serve(struct service *s, const struct route_match *match,
    const struct native_kind *kind);

#endif
