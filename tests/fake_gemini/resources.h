/*
 * What projects hold: cachedContents, batches, operations, fileSearchStores,
 * interactions. Only keys of the project that made a thing see it.
 */
#ifndef FAKE_RESOURCES_H
#define FAKE_RESOURCES_H

#include "http.h"
#include "reply.h"

struct json_tokener;
struct json_object;
struct resources;

struct resources_call {
	const struct http_request *request;
	const char *rest;    /* of the path, behind the version */
	const char *project; /* of the key */
};

/*
 * resources_empty(r): forget all.
 * resources_serve(r, tokener, call, reply): answer; false if it is not ours.
 * resources_may_use(r, project, body, reply): may a prompt use the cache that
 *   its body names? If not the reply says so.
 */
struct resources *resources_new(void);
void resources_free(struct resources *);
void resources_empty(struct resources *);
bool resources_serve(struct resources *, struct json_tokener *,
    const struct resources_call *, struct reply *);
bool resources_may_use(
    struct resources *, const char *, struct json_object *, struct reply *);

#endif
