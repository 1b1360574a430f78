/* POST /preferences: language, theme and zone of whoever reads the pages, in
 * cookies. Nobody has to sign in for that. */
#ifndef KEYWHEEL_ADMIN_PREFERENCES_H
#define KEYWHEEL_ADMIN_PREFERENCES_H

struct service;
struct route_match;

void preferences_serve(struct service *s, const struct route_match *match);

#endif
