/* Where the keys of a pool are good. */
#ifndef KEYWHEEL_POOL_POOL_URL_H
#define KEYWHEEL_POOL_POOL_URL_H

#include "base/buf.h"
#include "base/setting.h"

/* Append the URL of a path, which begins with a slash: behind
 * VERTEX_EXPRESS_BASE_URL for keys of the pool vertex, behind BASE_URL for all
 * others. Slashes at the setting's end are not kept. version: another one of
 * the API, such as v1alpha, where BASE_URL ends with one; NULL: the
 * setting's, which is always Vertex's. */
void pool_url_write(struct buf *out, const struct settings *set,
    const char *pool, const char *version, const char *path);

#endif
