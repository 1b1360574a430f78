/*
 * GET /sessions: the browsers that have signed in with the visitor's token.
 * POST: end one of them (session=ID), or all. POST /sign-out: this one.
 */
#ifndef KEYWHEEL_ADMIN_SESSIONS_H
#define KEYWHEEL_ADMIN_SESSIONS_H

struct service;
struct route_match;

void sessions_serve(struct service *s, const struct route_match *match);
void sessions_serve_end(struct service *s, const struct route_match *match);
void sessions_serve_out(struct service *s, const struct route_match *match);

#endif
