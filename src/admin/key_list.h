/*
 * The list of keys: search, filters, order, pages; and the form by which
 * something is done to those that are ticked, or to all that match.
 *
 * That form is posted to /keys/do: action (verify, reset, enable, disable,
 * delete, restore, move, export), and either the numbers of keys (key, once for
 * each) or matching=1 with filter, which is the list's query (key_filter.h).
 */
#ifndef KEYWHEEL_ADMIN_KEY_LIST_H
#define KEYWHEEL_ADMIN_KEY_LIST_H

struct route_match;
struct service;

/* GET /keys, /keys_status. */
void key_list_serve(struct service *s, const struct route_match *match);

/* POST /keys/search: what is looked for becomes an address of the list, and a
 * whole key is in none. */
void key_list_serve_search(struct service *s, const struct route_match *match);

#endif
