/*
 * A catalogue of messages: a file of GNU gettext (.mo, "The Format of GNU MO
 * Files" in its manual), which msgfmt makes. Read by ourselves, since libc
 * translates only to languages whose locale is installed.
 */
#ifndef KEYWHEEL_WEB_CATALOG_H
#define KEYWHEEL_WEB_CATALOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct catalog;

/* The catalogue in these bytes, which are copied. NULL with the reason
 * appended to why: what is checked is everything that catalog_say() relies
 * on. The plural is that of English, or there is none. */
struct catalog *catalog_new(const char *bytes, size_t len, struct buf *why);
void catalog_free(struct catalog *c);

/* The translation of one, or of one and many in the form for n; NULL if there
 * is none. many NULL: the message has one form. Borrowed. */
const char *catalog_say(
    const struct catalog *c, const char *one, const char *many, int64_t n);

#endif
