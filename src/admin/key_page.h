/* One key's page: what is known of it, what happened to it and why, what it was
 * used for; and changing what is said of it. */
#ifndef KEYWHEEL_ADMIN_KEY_PAGE_H
#define KEYWHEEL_ADMIN_KEY_PAGE_H

struct route_match;
struct service;

/* GET /keys/ID. before=EVENT: its history before that event. */
void key_page_serve(struct service *s, const struct route_match *match);

/* POST /keys/ID: admin/key_edit.h. */
void key_page_serve_edit(struct service *s, const struct route_match *match);

#endif
