/* Finding keys in text that people paste. */
#ifndef KEYWHEEL_POOL_KEY_TEXT_H
#define KEYWHEEL_POOL_KEY_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

enum key_text_kind {
	KEY_TEXT_KEY, /* a key */
	KEY_TEXT_BAD, /* a line that holds none */
};

/* One finding; text is NUL-terminated and valid during the call. False
 * stops. */
typedef bool key_text_fn(
    void *ctx, enum key_text_kind kind, const char *text, int line);

/*
 * Go through the text line by line. A line may hold several keys in any
 * surroundings (JSON, CSV, prose): everything shaped like AIza + 35 or AQ. +
 * at least 20 of [0-9A-Za-z_.-] is one. A line with nothing of that shape
 * that is one word of 16 to 512 characters of [!-~] without , ; " ' is taken
 * as a key as it stands (new shapes appear); any other line that is not
 * blank or a # comment is reported as bad. False if fn stopped it.
 */
MUSTCHECK bool key_text_scan(
    const char *text, size_t len, key_text_fn *fn, void *ctx);

#endif
