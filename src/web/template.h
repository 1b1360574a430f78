/*
 * HTML templates, a subset of Mustache over json-c:
 *
 *   {{name}}             the text, escaped for HTML; {{a.b}} {{.}}
 *   {{raw html:name}}    the text as it is: only for what we made ourselves
 *   {{#name}} {{/name}}  for each element of an array; once for another
 *                        value that is true. Inside, names are looked up in
 *                        the value first, then further out
 *   {{^name}} {{/name}}  once if the value is not true
 *   {{>name}}            the template partials/name.html
 *   {{_ text}}           a message of ours, in the reader's language. It is
 *                        HTML and may go over several lines; $name in it is
 *                        a value, escaped ($.: that of {{.}}; $$: a
 *                        dollar). With a | it has two
 *                        forms, {{_ $n key|$n keys}}: the number that decides
 *                        is the first $name's
 *   {{_=name}}           the text, which is a message of ours too, in the
 *                        reader's language, escaped
 *   {{@name}}            the time of that name (2026-01-02T03:04:05Z, or with
 *                        a blank for the T) in a <time> element, in the
 *                        reader's zone; nothing if there is none. Its title
 *                        says it in full
 *   {{@+name}}           the same to the second
 *   {{! comment }}
 *
 * Not true are: absent, null, false, 0, an empty text, an empty array. What
 * is absent, an object or an array is written as nothing. Lines that hold
 * nothing but one tag of the last four kinds leave no line behind. Control
 * characters of a text become U+FFFD, since HTML cannot hold them.
 *
 * A tag stands on one line (a comment may be longer). Names are of letters,
 * digits and _, up to 63 bytes with their dots; sections nest 16 deep,
 * partials 8.
 */
#ifndef KEYWHEEL_WEB_TEMPLATE_H
#define KEYWHEEL_WEB_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/zone.h"

struct json_object;

/* Templates of one folder, each read at its first use and kept. */
struct template_set;

/* dir: copied; NULL: only what template_add() brings. */
struct template_set *template_set_new(const char *dir);
void template_set_free(struct template_set *set);

/* Parse a text and keep it under a name that is not taken yet
 * ("dashboard.html", "partials/head.html"). False with file and line of what
 * is wrong in why. */
MUSTCHECK bool template_add(struct template_set *set, const char *name,
    const char *text, size_t len, struct buf *why);

/* Whom a page is for. */
struct template_reader {
	void *ctx;
	/* A message in the reader's language, or as it is; many: its form for
	 * other numbers than one, or NULL. Borrowed until the next call. */
	const char *(*say)(
	    void *ctx, const char *one, const char *many, int64_t n);
	/* Append the time, in UTC, as the reader's zone writes it, as text. */
	void (*tell_time)(
	    void *ctx, const char *utc, enum zone_form form, struct buf *out);
};

/* Append the template filled with data, which stays the caller's. reader NULL:
 * messages and times as they are. False with the reason in why; out then holds
 * a part. */
MUSTCHECK bool template_render(struct template_set *set, const char *name,
    struct json_object *data, const struct template_reader *reader,
    struct buf *out, struct buf *why);

#endif
