/* GET /about: versions, health, where to read more. */
#ifndef KEYWHEEL_ADMIN_ABOUT_H
#define KEYWHEEL_ADMIN_ABOUT_H

struct service;
struct route_match;

void about_serve(struct service *s, const struct route_match *match);

#endif
