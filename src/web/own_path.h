/* Where a page may send its visitor on, when the browser says where to. */
#ifndef KEYWHEEL_WEB_OWN_PATH_H
#define KEYWHEEL_WEB_OWN_PATH_H

#include <stdbool.h>

/* Is that a path of ours, maybe with a query, of at most 2000 bytes? What a
 * browser takes for another host is none: //host, and what has a backslash, a
 * blank or a control character anywhere. */
bool own_path_is(const char *path);

#endif
