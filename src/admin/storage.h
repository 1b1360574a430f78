/*
 * /storage: what has piled up, and clearing it. GET shows it; with a kind in
 * the query, also what clearing it would remove, and asks. POST does it.
 */
#ifndef KEYWHEEL_ADMIN_STORAGE_H
#define KEYWHEEL_ADMIN_STORAGE_H

struct service;
struct route_match;

void storage_serve(struct service *s, const struct route_match *match);
void storage_serve_clear(struct service *s, const struct route_match *match);

#endif
