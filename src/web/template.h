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

#include "base/attr.h"
#include "base/buf.h"

struct json_object;

/* Templates of one folder, each read at its first use and kept. */
struct template_set;

/* dir: copied; NULL: only what template_add() brings. */
struct template_set *template_set_new(const char *dir);
void template_set_free(struct template_set *set);

/* Parse a text and keep it under a name that is not taken yet
 * ("overview.html", "partials/head.html"). False with file and line of what
 * is wrong in why. */
MUSTCHECK bool template_add(struct template_set *set, const char *name,
    const char *text, size_t len, struct buf *why);

/* Append the template filled with data, which stays the caller's. False with
 * the reason in why; out then holds a part. */
MUSTCHECK bool template_render(struct template_set *set, const char *name,
    struct json_object *data, struct buf *out, struct buf *why);

#endif
