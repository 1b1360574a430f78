/* The dashboard: how the pool is doing now, what is wrong, what happened. */
#ifndef KEYWHEEL_ADMIN_DASHBOARD_H
#define KEYWHEEL_ADMIN_DASHBOARD_H

struct route_match;
struct service;

/* GET /, with range=… of admin/chart.h. */
void dashboard_serve(struct service *s, const struct route_match *match);

#endif
