/* The page /requests/ID: all that is known of one request. */
#ifndef KEYWHEEL_ADMIN_REQUEST_PAGE_H
#define KEYWHEEL_ADMIN_REQUEST_PAGE_H

struct route_match;
struct service;

void request_page_serve(struct service *s, const struct route_match *match);

#endif
