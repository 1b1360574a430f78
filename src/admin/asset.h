/*
 * GET /static/NAME: stylesheet, script and pictures. Pages link to them by
 * names that hold a hash of the content, keywheel.0123456789abcdef.css: those
 * may be kept for a year. The plain name answers too, to be asked for again
 * each time.
 */
#ifndef KEYWHEEL_ADMIN_ASSET_H
#define KEYWHEEL_ADMIN_ASSET_H

struct buf;
struct service;
struct route_match;

/* The captured name may only hold a-z, 0-9, dots and hyphens. Nobody has to
 * sign in for these files. */
void asset_serve(struct service *s, const struct route_match *match);

/* Append the path of that file, with its hash. A file that cannot be read has
 * its plain name. */
void asset_href(struct service *s, const char *name, struct buf *out);

#endif
