/* What stands around each page: the list of pages, the choice of language,
 * zone and theme, the names of stylesheet and script. */
#ifndef KEYWHEEL_ADMIN_FRAME_H
#define KEYWHEEL_ADMIN_FRAME_H

#include <stdbool.h>

struct json_object;
struct reader;
struct service;

/* Add the members that partials/head.html and foot.html need to data, if it
 * does not have them. A member signed_in of data brings the list of pages. */
void frame_fill(
    struct service *s, const struct reader *r, struct json_object *data);

#endif
