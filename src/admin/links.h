/*
 * Links of pages where keywheel is below a folder. Templates and messages have
 * paths from the root, as if it had the host for itself.
 */
#ifndef KEYWHEEL_ADMIN_LINKS_H
#define KEYWHEEL_ADMIN_LINKS_H

#include "base/buf.h"

/* Append the page with base (web_base()) before each path in href, action,
 * formaction and src. Those are found by the quotation mark before them, which
 * stands in no text that was filled in: that is escaped. */
void links_below(const char *base, const struct buf *page, struct buf *out);

#endif
