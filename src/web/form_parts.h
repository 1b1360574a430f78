/* Forms with files: multipart/form-data. */
#ifndef KEYWHEEL_WEB_FORM_PARTS_H
#define KEYWHEEL_WEB_FORM_PARTS_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"

/* Write the body of such a form anew as application/x-www-form-urlencoded, a
 * file as a field with what is in it, and wipe the old one. False if it is no
 * such form; body is empty then. */
MUSTCHECK bool form_parts_flatten(const char *content_type, struct buf *body);

#endif
