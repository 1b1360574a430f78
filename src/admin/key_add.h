/*
 * GET /keys/add: a form for texts and files that hold keys. POST without
 * `draft`: what would become of them; nothing is added yet. POST with draft=ID:
 * they are added (verify=1: and tried).
 */
#ifndef KEYWHEEL_ADMIN_KEY_ADD_H
#define KEYWHEEL_ADMIN_KEY_ADD_H

struct route_match;
struct service;

void key_add_serve(struct service *s, const struct route_match *match);
void key_add_serve_post(struct service *s, const struct route_match *match);

#endif
