/*
 * Signing in: an admin token, given once, makes a session. Wrong tokens make
 * their address wait longer and longer.
 */
#ifndef KEYWHEEL_ADMIN_SIGN_IN_H
#define KEYWHEEL_ADMIN_SIGN_IN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct route_match;
struct service;
struct visit;

/* Whose session is it? Fills v->who and v->session, and refreshes the
 * settings. False: there is none, or *failed, and the database has not said. */
MUSTCHECK bool sign_in_find(struct visit *v, bool take, bool *failed);

/* Nobody has signed in: send the visitor to the form, or show it. */
void sign_in_ask(struct visit *v);

/* The same where a form of at most max bytes was posted: it is kept, for to
 * be sent again afterwards. */
void sign_in_ask_post(struct visit *v, size_t max);

/* POST /sign-in, and GET, which has nothing to show. */
void sign_in_serve(struct service *s, const struct route_match *match);
void sign_in_serve_page(struct service *s, const struct route_match *match);

#endif
