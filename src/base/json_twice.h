/*
 * Names that occur twice in one object, of which json-c keeps the last. A text
 * has one if it names more members than were read from it. Private to
 * json_parse_unique().
 */
#ifndef KEYWHEEL_BASE_JSON_TWICE_H
#define KEYWHEEL_BASE_JSON_TWICE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* The members of a value that was parsed, and of all values in it. */
size_t json_twice_count(struct json_object *value);

/* Append the path of the first name that occurs a second time in its object.
 * The text must have passed json_parse(). False if there is none. */
bool json_twice_find(const char *text, size_t len, struct buf *path);

#endif
