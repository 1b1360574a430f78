/*
 * The strings of a JSON text, one after the other, without parsing it: for
 * bodies that go on as they are, and that Google's parser takes although ours
 * would not (trailing commas, comments, odd numbers; contract section 6.3).
 */
#ifndef KEYWHEEL_PROTOCOL_JSON_STRINGS_H
#define KEYWHEEL_PROTOCOL_JSON_STRINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct json_string {
	int depth;    /* 1: of the outermost object */
	bool is_name; /* of a member */
	/* Between the quotes, escapes as they were written. */
	const char *text;
	size_t len;
	/* With a name: what follows its colon. */
	const char *value;
	/* Without: the last name before it, "" if there was none. That is
	 * the member that the string is in, also where it stands in an
	 * array. */
	const char *name;
	size_t name_len;
};

struct json_strings {
	const char *p, *end; /* where it is; the end of the text */
	int depth;
	const char *name;
	size_t name_len;
};

/* From the beginning of len bytes to the end of the value there. */
struct json_strings json_strings_of(const char *text, size_t len);

/* The next string; false at the end. */
bool json_strings_next(struct json_strings *walk, struct json_string *s);

/* Is the text between quotes, escapes undone, that word? */
bool json_string_is(const char *text, size_t len, const char *word);

/* Append the text between quotes, escapes undone. False if it is no
 * string. */
bool json_string_decode(const char *text, size_t len, struct buf *out);

/* What the outermost object has under that name: a pointer to the value, in
 * the text; the last one if there are several, NULL if there is none. */
const char *json_strings_member(const char *text, size_t len, const char *name);

/* The same of a string: it is appended to out. False if there is none. */
bool json_strings_text(
    const char *text, size_t len, const char *name, struct buf *out);

#endif
