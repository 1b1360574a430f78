/*
 * GET /alerts: who is told of alarms, the alarms that are open and those that
 * are over, and what was told of each. POST: send a test message to a
 * receiver.
 */
#ifndef KEYWHEEL_ADMIN_ALERTS_PAGE_H
#define KEYWHEEL_ADMIN_ALERTS_PAGE_H

struct route_match;
struct service;

void alerts_page_serve(struct service *s, const struct route_match *match);
void alerts_page_serve_test(struct service *s, const struct route_match *match);

#endif
