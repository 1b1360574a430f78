/* The pages /requests and /logs: what was asked, and what went wrong. */
#ifndef KEYWHEEL_ADMIN_LOG_LIST_H
#define KEYWHEEL_ADMIN_LOG_LIST_H

struct json_object;
struct log_query;
struct route_match;
struct service;

void log_list_serve_requests(
    struct service *s, const struct route_match *match);
void log_list_serve_errors(struct service *s, const struct route_match *match);

/* The `page` of request_log_list() that the query asks for. The caller owns
 * it. */
struct json_object *log_list_page(const struct log_query *q);

#endif
