/*
 * One request for a page by somebody who has signed in: whose language and
 * time zone it is, the form that was posted, and the answer.
 *
 *	struct visit v;
 *	if (!visit_begin(&v, s))
 *		return;
 *	struct json_object *data = page_data(s->db, …);
 *	visit_send(&v, "jobs.html", N_("Jobs"), data);
 *	visit_end(&v);
 */
#ifndef KEYWHEEL_ADMIN_VISIT_H
#define KEYWHEEL_ADMIN_VISIT_H

#include <stdbool.h>

#include "admin/reader.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "store/sessions.h"

struct json_object;
struct service;

/* A text of ours is marked N_("…") (base/attr.h), so that it is in the
 * catalogues of messages: the template shows it by {{_=name}}, C by
 * visit_say(). */

struct visit {
	struct service *s;
	const char *query;            /* of the URL, for web/query.h */
	struct buf fields;            /* of the posted form, likewise */
	uint8_t who[CRYPT_HASH_SIZE]; /* hash of the session; 0: none */
	struct session session;       /* it, as it is in the database */
	struct buf by_text;
	const char *by;       /* for histories: "NAME (page)" */
	struct reader reader; /* the visitor's language and zone */
};

/* Somebody looks at a page. False: there is no more to do, the visitor has
 * been sent to sign in, or told what is the matter. */
MUSTCHECK bool visit_begin(struct visit *v, struct service *s);

/* Somebody posts a form of ours (the hidden field of {{>form}} in each form
 * proves it), of at most max bytes. False likewise. */
MUSTCHECK bool visit_begin_post(struct visit *v, struct service *s, size_t max);

/* Whoever it is: for signing in. */
void visit_begin_stranger(struct visit *v, struct service *s);

void visit_end(struct visit *v);

/* The page: a template filled with data, which is taken. NULL: the database
 * has failed, and that is told. Each template finds besides its own data:
 * title, version, path (of this page), query, form_token, signed_in (the
 * name of the visitor's token), said, and what partials/head.html and
 * foot.html need. */
void visit_send(struct visit *v, const char *template, const char *title,
    struct json_object *data);
/* … with another status than 200. */
void visit_send_status(struct visit *v, int status, const char *template,
    const char *title, struct json_object *data);

/* Something cannot be done: a page that says why. title and text are
 * messages. */
void visit_refuse(
    struct visit *v, int status, const char *title, const char *text);
void visit_refuse_database(struct visit *v);

/* What was posted is done: send the visitor to a page of ours (a path, maybe
 * with a query), which tells what was done, once. said: in the visitor's
 * language (visit_say()), as plain text; NULL: nothing. */
void visit_go(struct visit *v, const char *path, const char *said);

/* A message in the visitor's language; borrowed until the next one. */
const char *visit_say(struct visit *v, const char *message);
/* … in the form for n. */
const char *visit_say_count(
    struct visit *v, const char *one, const char *many, int64_t n);
/* Append that, with the number in the place of $n. */
void visit_add_count(struct visit *v, const char *one, const char *many,
    int64_t n, struct buf *out);

/* Append a time in UTC ("2026-01-02 03:04:05Z") as the visitor's zone has it:
 * 2026-01-02 11:04:05. */
void visit_tell_time(struct visit *v, const char *utc, struct buf *out);

/* The value of a parameter of the query, or of a field of the form; "" if
 * there is none. Append it to value. True if it is there. */
bool visit_get(struct visit *v, const char *name, struct buf *value);

#endif
