/* What the files of the resources share. */
#ifndef FAKE_RESOURCES_STATE_H
#define FAKE_RESOURCES_STATE_H

#include <time.h>

#include "resources.h"

struct resource {
	struct resource *next;
	char *name, *project;
	struct json_object *o;
};

struct resources {
	struct resource *first; /* the newest */
	unsigned long long made;
};

/*
 * resources_add(r, project, name, o): o is taken over.
 * resources_find(r, project, name): NULL if that project has none.
 * resources_known(body, names, n, why): only members of these names? If not,
 *   why is Google's message.
 * resources_member(o, name): NULL if there is none.
 * resources_write(reply, o): as the body.
 * resources_refuse(reply, status, message): an error of Google's form.
 * resources_when(t): as Google writes times.
 * resources_make_…(r, call, body, reply): POST cachedContents,
 *   models/m:batchGenerateContent, models/m:predictLongRunning,
 *   fileSearchStores; body is not NULL. In resources_make.c.
 */
struct resource *resources_add(
    struct resources *, const char *, const char *, struct json_object *);
struct resource *resources_find(struct resources *, const char *, struct span);
void resources_drop(struct resources *, struct resource *);
bool resources_known(
    struct json_object *, const char *const *, size_t, struct buf *);
struct json_object *resources_member(struct json_object *, const char *);
void resources_write(struct reply *, struct json_object *);
void resources_refuse(struct reply *, int, const char *);
struct json_object *resources_when(time_t);
void resources_make_cache(struct resources *, const struct resources_call *,
    struct json_object *, struct reply *);
void resources_make_batch(struct resources *, const struct resources_call *,
    struct json_object *, struct reply *);
void resources_make_video(struct resources *, const struct resources_call *,
    struct json_object *, struct reply *);
void resources_make_store(struct resources *, const struct resources_call *,
    struct json_object *, struct reply *);

#endif
