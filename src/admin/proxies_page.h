/*
 * GET /proxies: the egress proxies, how each is, and whose calls go by it.
 * POST: check one (proxy=ID) while the visitor waits, or (all=1) let the job
 * that checks all of them be due.
 */
#ifndef KEYWHEEL_ADMIN_PROXIES_PAGE_H
#define KEYWHEEL_ADMIN_PROXIES_PAGE_H

struct route_match;
struct service;

void proxies_page_serve(struct service *s, const struct route_match *match);
void proxies_page_serve_check(
    struct service *s, const struct route_match *match);

#endif
