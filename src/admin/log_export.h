/* Exports of the lists: /requests/export and /logs/export, as CSV or JSON. */
#ifndef KEYWHEEL_ADMIN_LOG_EXPORT_H
#define KEYWHEEL_ADMIN_LOG_EXPORT_H

struct route_match;
struct service;

void log_export_serve_requests(
    struct service *s, const struct route_match *match);
void log_export_serve_errors(
    struct service *s, const struct route_match *match);

#endif
