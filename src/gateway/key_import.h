/*
 * Texts that hold keys, taken apart: what is to be added, and what is bad. For
 * the command line and the pages; nothing is changed before the intake is sent
 * (store/key_intake.h).
 */
#ifndef KEYWHEEL_GATEWAY_KEY_IMPORT_H
#define KEYWHEEL_GATEWAY_KEY_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "store/key_intake.h"

struct json_object;
struct pattern;

/* Bad lines that are kept with their reasons; all are counted. */
#define KEY_IMPORT_BAD_MAX 1000

/* Where a key stands. */
struct key_place {
	size_t source;
	int line;
	bool other_shape; /* than the pattern's */
};

struct key_import {
	const struct pattern *pattern; /* KEY_PATTERN; borrowed */
	struct json_object *options;   /* attributes of all keys; borrowed */
	size_t source;                 /* of the next text, for the caller */
	int word;     /* that it is, from 1; 0: its lines count */
	size_t found; /* keys and bad lines */
	struct key_intake intake;
	struct key_place *places; /* one for each key of the intake */
	size_t places_room;
	/* [{source, line, why, about, what, hint}]: why is about and what, the
	 * attribute (or null) and a message. */
	struct json_object *bad;
	size_t n_bad;
};

void key_import_init(struct key_import *im, const struct master_key *master,
    const struct pattern *pattern, struct json_object *options);
void key_import_clear(struct key_import *im);

enum key_import_end {
	KEY_IMPORT_DONE,
	KEY_IMPORT_UTF16,    /* it is text in UTF-16 */
	KEY_IMPORT_TOO_MANY, /* more than KEY_INTAKE_MAX */
	KEY_IMPORT_UNSEALED, /* MASTER_KEY_FILE lacks the key that seals */
};

/* Take the keys of one more text. */
enum key_import_end key_import_take(
    struct key_import *im, const char *text, size_t len);

/* Is that what example files have in the place of a key? */
bool key_import_is_placeholder(const char *key);

#endif
