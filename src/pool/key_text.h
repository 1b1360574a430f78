/* Finding keys in text that people paste. */
#ifndef KEYWHEEL_POOL_KEY_TEXT_H
#define KEYWHEEL_POOL_KEY_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "pool/key_attribute.h"

struct pattern;

/* How long a key can be. */
#define KEY_TEXT_MIN 16
#define KEY_TEXT_MAX 512

/* One finding; all texts are NUL-terminated and valid during the call. */
struct key_finding {
	/* NULL: a key. Else why the line, or this key of it, is bad. */
	const char *why;
	/* The attribute that `why` is about, or NULL. */
	const char *about;
	/* The key; of a bad line its beginning, only to be shown masked. */
	const char *text;
	/* What its line says of the key, canonical; NULL: nothing. */
	const char *attribute[KEY__ATTRIBUTES];
	bool other_shape; /* taken although the pattern does not know it */
	int line;         /* from 1 */
};

/* False stops. */
typedef bool key_text_fn(void *ctx, const struct key_finding *found);

/*
 * Go through the text line by line. A line may hold several keys in any
 * surroundings (JSON, CSV, prose): what the pattern matches is one, if it is
 * printable ASCII of KEY_TEXT_MIN to KEY_TEXT_MAX characters. A line where it
 * matches nothing and that is one word alone, maybe in quotes and with a comma
 * behind it, is a key as it stands (new shapes appear), if it has that length,
 * and no blanks, commas, quotes in it, and is no URL and no assignment. Any
 * other line that is not blank or a # comment is bad.
 *
 * Attributes stand behind a key, with blanks, tabs or commas between:
 * project=… pool=… weight=… models=…,… reserve note=…. Where there are tabs,
 * a value goes up to the next; where it stands in double quotes, up to the
 * second of them. If one has a bad value, or if the line begins with the key
 * and says something of another name, the key is bad.
 *
 * False if fn stopped it.
 */
MUSTCHECK bool key_text_scan(const struct pattern *pattern, const char *text,
    size_t len, key_text_fn *fn, void *ctx);

#endif
