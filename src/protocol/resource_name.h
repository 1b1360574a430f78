/*
 * The names of what a project holds at Google, as requests give them: a file's
 * URI, a cache's name, the token that an answer goes on with (contract 6.2).
 */
#ifndef KEYWHEEL_PROTOCOL_RESOURCE_NAME_H
#define KEYWHEEL_PROTOCOL_RESOURCE_NAME_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* More in one request are refused: what is not looked up is not protected. */
#define RESOURCE_NAMES_MAX 4096

/*
 * Append the name that a text stands for: "files/abc" for that itself and for
 * any URL whose path ends in it, maybe percent-encoded, whatever is behind a
 * `:`, `?` or `#`; so for the other collections. False, and nothing is
 * appended, if it is none.
 */
bool resource_name_read(struct buf *out, const char *text, size_t len);

/* What a request names. Zero-initialised: nothing. */
struct resource_names {
	struct json_object *list; /* of texts, or NULL */
	char *continuation;       /* the token to go on with, or NULL */
	bool too_many;            /* list is not complete */
};

/* The value of such a member of a body; members of other names do nothing.
 * True if the name was one. */
bool resource_names_take(struct resource_names *names, const char *member,
    const char *value, size_t len);
bool resource_names_know(const char *member);

/* All that the bytes of a body name. Google's parser takes more than ours, so
 * they are scanned (contract 6.3): either quotes, none around names, escapes.
 */
void resource_names_scan(
    struct resource_names *names, const char *body, size_t len);

/* The same of a body as a tree. */
void resource_names_walk(struct resource_names *names, struct json_object *o);

void resource_names_clear(struct resource_names *names);

#endif
