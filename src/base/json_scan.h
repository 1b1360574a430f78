/*
 * A look at JSON's tokens before json-c gets them: it lets some things pass
 * that are no JSON. The structure is json-c's business. For base/json.c only.
 */
#ifndef KEYWHEEL_BASE_JSON_SCAN_H
#define KEYWHEEL_BASE_JSON_SCAN_H

#include <stddef.h>

/* From this size on a text does not go through json-c. */
#define JSON_LONG_TEXT ((size_t)64 * 1024)

/* Zero-initialised but for p and end: at the start. */
struct json_scan {
	const char *p, *end;
	size_t containers, values;
	size_t names; /* of members */
};

enum json_stop {
	JSON_STOP_END,     /* p is at the end */
	JSON_STOP_INTEGER, /* p is behind an integer json-c cannot hold */
	JSON_STOP_TEXT, /* p is at the quote of a long text without escapes */
};

/* Go on to the next stop. *len is the size of the text between its quotes at
 * JSON_STOP_TEXT. NULL, or a static text that says why this is no JSON. */
const char *json_scan_on(
    struct json_scan *s, enum json_stop *stop, size_t *len);

#endif
