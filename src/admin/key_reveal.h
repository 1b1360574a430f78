/*
 * POST /keys/reveal: the keys of a task of the kind "export" in full, for
 * somebody who gives the admin token once more. Fields: task; how: show, text,
 * json, env; admin_token. On a page, or as a file.
 */
#ifndef KEYWHEEL_ADMIN_KEY_REVEAL_H
#define KEYWHEEL_ADMIN_KEY_REVEAL_H

struct route_match;
struct service;

/* So many keys are shown on a page; more only come as a file. */
#define KEY_REVEAL_SHOWN 2000

void key_reveal_serve(struct service *s, const struct route_match *match);

#endif
