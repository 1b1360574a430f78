/* What a request is for, as far as its first line tells. */
#ifndef FAKE_ROUTE_H
#define FAKE_ROUTE_H

#include "http.h"

enum route_kind {
	ROUTE_NONE,   /* no path of the API */
	ROUTE_MODELS, /* GET models */
	ROUTE_MODEL,  /* GET models/{m} */
	ROUTE_GENERATE,
	ROUTE_STREAM,
	ROUTE_COUNT,
	ROUTE_EMBED,
	ROUTE_EMBED_BATCH,
	ROUTE_OPENAI,  /* openai/… */
	ROUTE_PREDICT, /* Imagen */
	ROUTE_OTHER    /* of the API, but nothing we serve unasked */
};

/*
 * All zero at first; the memory is used again by the next route_read.
 * method is what the name behind the colon says; "models" for both listings;
 * else the first word of the path (files, cachedContents, ...). Below openai/
 * it is all of the path, and the key is the bearer token; the model is left to
 * openai.c. rest is what stands behind the version.
 */
struct route {
	enum route_kind kind;
	struct buf path;    /* decoded */
	struct buf version; /* v1beta, v1, v1alpha, v1beta1 */
	struct buf method;
	struct buf model; /* without models/ */
	struct buf key;
	struct buf rest;
	bool sse; /* alt=sse */
};

/*
 * route_read(route, request): fill in all of it.
 * route_clear(route): free the memory.
 */
void route_read(struct route *, const struct http_request *);
void route_clear(struct route *);

#endif
