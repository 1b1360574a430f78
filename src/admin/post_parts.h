/* Forms with files (multipart/form-data) as the others: name=value pairs for
 * web/query.h; the value of a file is what is in it. */
#ifndef KEYWHEEL_ADMIN_POST_PARTS_H
#define KEYWHEEL_ADMIN_POST_PARTS_H

#include "base/attr.h"
#include "base/buf.h"

/* Append the pairs of a body to fields. False if it is no such form. */
MUSTCHECK bool post_parts_read(
    const char *content_type, const struct buf *body, struct buf *fields);

#endif
