/* Deleting rows of the lists: those that were chosen, or all that a filter
 * finds; and the keys of chosen ones. */
#ifndef KEYWHEEL_ADMIN_LOG_DELETE_H
#define KEYWHEEL_ADMIN_LOG_DELETE_H

struct route_match;
struct service;

/* POST /requests/chosen, /logs/chosen: the buttons below a list. */
void log_delete_serve_chosen_requests(
    struct service *s, const struct route_match *match);
void log_delete_serve_chosen_errors(
    struct service *s, const struct route_match *match);

/* GET …/delete asks whether all that the filter finds is to go. */
void log_delete_serve_ask_requests(
    struct service *s, const struct route_match *match);
void log_delete_serve_ask_errors(
    struct service *s, const struct route_match *match);

/* POST …/delete does it. */
void log_delete_serve_requests(
    struct service *s, const struct route_match *match);
void log_delete_serve_errors(
    struct service *s, const struct route_match *match);

#endif
