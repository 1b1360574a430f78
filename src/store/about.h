/* What the About page tells of the database. */
#ifndef KEYWHEEL_STORE_ABOUT_H
#define KEYWHEEL_STORE_ABOUT_H

#include "base/attr.h"
#include "base/buf.h"

struct db;
struct json_object;

/* The object of keywheel.about_page(); NULL on failure. The caller owns it. */
MUSTCHECK struct json_object *about_load(struct db *db);

/* Append the version of libpq, "15.8". */
void about_libpq(struct buf *out);

#endif
