/*
 * Files: uploads by Google's protocol, and what there is of them. Contents are
 * hashed and forgotten. Only keys of the project that made a file see it.
 */
#ifndef FAKE_FILES_H
#define FAKE_FILES_H

#include "http.h"
#include "reply.h"
#include "resources.h"

struct files;

/*
 * files_new(resources): the files are kept among these.
 * files_empty(f): forget the sessions.
 * files_sink(f, request): a session that takes the body as it comes, or NULL:
 *   the body is kept for files_serve.
 * files_bytes(sink, bytes, n): the next bytes of that body.
 * files_serve(f, tokener, call, path, reply): answer; false if it is not ours.
 * files_may_use(f, project, body, reply): may a prompt use the files that its
 *   body names? If not the reply says so.
 */
struct files *files_new(struct resources *);
void files_free(struct files *);
void files_empty(struct files *);
void *files_sink(struct files *, const struct http_request *);
void files_bytes(void *, const char *, size_t);
bool files_serve(struct files *, struct json_tokener *,
    const struct resources_call *, const char *, struct reply *);
bool files_may_use(
    struct files *, const char *, struct json_object *, struct reply *);

#endif
