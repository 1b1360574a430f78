/* A form that was not taken, with all that was in it, and a button that sends
 * it again. */
#ifndef KEYWHEEL_ADMIN_POST_AGAIN_H
#define KEYWHEEL_ADMIN_POST_AGAIN_H

#include <stdbool.h>
#include <stddef.h>

struct visit;

/* Forms that are larger are not kept: a page that has them in it would be too
 * large. */
#define POST_AGAIN_MAX ((size_t)512 * 1024)

/* path, query: where it goes. fields: what was posted. */
void post_again(struct visit *v, int status, const char *path,
    const char *query, const char *fields);

#endif
