/* GET /static/NAME: stylesheets and pictures. */
#ifndef KEYWHEEL_ADMIN_ASSET_H
#define KEYWHEEL_ADMIN_ASSET_H

struct service;
struct route_match;

/* The captured name may only hold a-z, 0-9, dots and hyphens. Nobody has to
 * sign in for these files. */
void asset_serve(struct service *s, const struct route_match *match);

#endif
