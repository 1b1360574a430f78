/*
 * What can be said of a key besides itself: on the command line, behind a key
 * in a text that is imported, and when it is edited.
 */
#ifndef KEYWHEEL_POOL_KEY_ATTRIBUTE_H
#define KEYWHEEL_POOL_KEY_ATTRIBUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"

struct json_object;

enum key_attribute {
	KEY_PROJECT, /* a Google project's number or id; "": not known */
	KEY_POOL,    /* gemini, paid, vertex */
	KEY_WEIGHT,  /* 1 to 100 turns in each round */
	KEY_MODELS,  /* names, or beginnings with *, and commas; "": all */
	KEY_RESERVE, /* on, off */
	KEY_NOTE,    /* any text of one line */
	KEY__ATTRIBUTES
};

/* "project", "pool" … */
const char *key_attribute_name(enum key_attribute attribute);

/* The attribute of that name, which is len bytes long, or -1. */
int key_attribute_find(const char *name, size_t len);

/* Append a value in its canonical form: as above, reserve as on or off.
 * NULL, or what is wrong with it, a static text: "must be …". */
MUSTCHECK const char *key_attribute_read(
    enum key_attribute attribute, const char *value, struct buf *out);

/* Set the member of that name as keywheel.edit_keys() takes it: null for what
 * says nothing, models as an array. value: canonical. */
void key_attribute_set(
    struct json_object *to, enum key_attribute attribute, const char *value);

#endif
