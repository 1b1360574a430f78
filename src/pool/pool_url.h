/* Where the keys of a pool are good. */
#ifndef KEYWHEEL_POOL_POOL_URL_H
#define KEYWHEEL_POOL_POOL_URL_H

#include "base/buf.h"
#include "base/setting.h"

/* Append the URL of a path, which begins with a slash: behind
 * VERTEX_EXPRESS_BASE_URL for keys of the pool vertex, behind BASE_URL for all
 * others. Whatever path and version the setting has are kept, slashes at its
 * end are not. */
void pool_url_write(struct buf *out, const struct settings *set,
    const char *pool, const char *path);

/* The same with another version of the API, such as v1alpha, where the setting
 * ends with one. NULL: that of the setting; Vertex's is always. */
void pool_url_write_version(struct buf *out, const struct settings *set,
    const char *pool, const char *version, const char *path);

#endif
