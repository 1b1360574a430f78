/* GET /: the state of the whole gateway on one page. */
#ifndef KEYWHEEL_ADMIN_OVERVIEW_H
#define KEYWHEEL_ADMIN_OVERVIEW_H

struct service;
struct route_match;

void overview_serve(struct service *s, const struct route_match *match);

#endif
