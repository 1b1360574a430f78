/*
 * Reading and writing JSON with json-c, the way this program wants it:
 * strict UTF-8, a depth limit, numbers kept as they were written, key order
 * kept, and `null` treated as absent.
 *
 * Objects are json-c's own: json_object_put() frees, a member that is added
 * to an object belongs to it.
 */
#ifndef KEYWHEEL_BASE_JSON_H
#define KEYWHEEL_BASE_JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Deep enough for every schema seen, shallow enough for the stack. */
#define JSON_MAX_DEPTH 100

/* json-c spends up to a kilobyte on each `{` or `[` and some hundred bytes
 * on each value: these keep a small text from filling the memory. */
#define JSON_MAX_CONTAINERS 100000
#define JSON_MAX_VALUES 500000

/*
 * Parse len bytes that hold exactly one JSON value. On failure NULL is
 * returned and *why (if why is not NULL) is set to a static text such as
 * "nesting is deeper than 100 levels" or "the text is not valid UTF-8".
 * The caller owns the object. A top-level `null` is refused.
 */
struct json_object *json_parse(const char *bytes, size_t len, const char **why);

/*
 * The same, but an object with two members of one name is refused, of which
 * json_parse() takes the last: the path of the second, such as
 * `messages[1].role`, is then appended to twice. Otherwise twice stays empty.
 * why must not be NULL.
 */
struct json_object *json_parse_unique(
    const char *bytes, size_t len, const char **why, struct buf *twice);

/*
 * The same, but long texts of the members that names lists, which ends with
 * NULL, are views (see json_new_view()): they stay where they are in bytes,
 * which must outlive the object.
 */
struct json_object *json_parse_in_place(
    const char *bytes, size_t len, const char *const *names, const char **why);

/* A member of an object; NULL if o is no object, the member is absent or
 * null. Borrowed. */
struct json_object *json_get(struct json_object *o, const char *name);

/* Walk several names: json_path(o, "error", "code", NULL). Borrowed. */
struct json_object *json_path(struct json_object *o, ...);

/* The text of a string member; NULL if it is absent or no string. Borrowed.
 * The text may contain NUL bytes: use json_object_get_string_len() where that
 * matters. */
const char *json_get_text(struct json_object *o, const char *name);

/* A whole number member, or fallback if absent or no whole number (1.0 is
 * one, 1.5 is not); beyond int64_t it is the nearest that fits. Numbers
 * written as strings ("12", Google's int64 form) count as numbers. */
int64_t json_get_int(struct json_object *o, const char *name, int64_t fallback);

/* True only for the JSON value true. */
bool json_get_bool(struct json_object *o, const char *name);

/* The elements of an array member; 0 if absent or no array. */
size_t json_count(struct json_object *array);
struct json_object *json_at(struct json_object *array, size_t i);

/* True if the array holds that string; false for what is no array. */
bool json_has_text(struct json_object *array, const char *text);

/* Add a member; text NULL adds null. */
void json_set_text(struct json_object *o, const char *name, const char *text);
void json_set_text_len(
    struct json_object *o, const char *name, const char *text, size_t len);
void json_set_int(struct json_object *o, const char *name, int64_t value);
void json_set_bool(struct json_object *o, const char *name, bool value);
void json_set_null(struct json_object *o, const char *name);
/* Takes value over. */
void json_set(
    struct json_object *o, const char *name, struct json_object *value);
/* Adds another reference to value, which stays the caller's too. */
void json_share(
    struct json_object *o, const char *name, struct json_object *value);

/*
 * A long text that is only to be written: json_write() takes it from where it
 * lies, without a copy. Besides, json_text() reads it; to all others it is "",
 * and json_object_deep_copy() fails on it. text lies inside of owner, which is
 * kept alive and must not be changed.
 */
struct json_object *json_new_view(
    struct json_object *owner, const char *text, size_t len);
/* Make such a text of a string that there is; what it was is forgotten. */
void json_set_view(struct json_object *string, const char *text, size_t len);
/* The same of bytes that are taken out of the buffer. NULL if it failed. */
struct json_object *json_new_taken(struct buf *text);

/* The text of a string of any sort, and its size; not always with a NUL
 * behind it. */
const char *json_text(struct json_object *string, size_t *len);

/* Append the value as compact JSON on one line, slashes not escaped. The
 * buffer fails for more than 2 * JSON_MAX_DEPTH levels and for NaN. */
void json_write(struct buf *out, struct json_object *value);

/* Append text as a JSON string with its quotes. */
void json_write_text(struct buf *out, const char *text, size_t len);

/*
 * A value that json_write() writes as it would write the given one, and that
 * is one small object for json-c, whatever it stands for: for trees that only
 * pass through. Nothing but json_write() and json_object_put() makes sense of
 * it. NULL if the value cannot be written.
 */
struct json_object *json_flatten(struct json_object *value);

#endif
