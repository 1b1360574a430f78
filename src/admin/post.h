/*
 * Forms that change something. A browser sends its cookie with whatever page
 * of this host posts to us: each form carries a token that only our own pages
 * know, bound to the session and good for an hour.
 */
#ifndef KEYWHEEL_ADMIN_POST_H
#define KEYWHEEL_ADMIN_POST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/crypt.h"

struct service;
struct visit;

/* The name of the hidden field. */
#define POST_TOKEN "form_token"

/* A field of that name never comes back in a page. */
#define POST_SECRET "admin_token"

/* Append the token for forms of a page; who: the hash of the session. */
void post_token(
    struct service *s, const uint8_t who[CRYPT_HASH_SIZE], struct buf *out);

/* Read what was posted, at most max bytes, into v->fields. False after a page
 * that says why it is no form. */
MUSTCHECK bool post_read(struct visit *v, size_t max);

/* Where does the browser say that the form stood? What is no browser says
 * nothing. */
enum post_site { POST_OURS, POST_UNKNOWN, POST_FOREIGN };
enum post_site post_site(struct service *s);

/* Is the token in v->fields one of this session's? Old ones are, too. */
enum post_form { POST_FRESH, POST_OLD, POST_FORGED };
enum post_form post_form(struct visit *v);

/* Read what was posted if it comes from a page of ours. False after a page that
 * says why it was not taken. A form that was open for too long, or from before
 * somebody signed in again, is shown again with all that is in it. */
MUSTCHECK bool post_take(struct visit *v, size_t max);

#endif
