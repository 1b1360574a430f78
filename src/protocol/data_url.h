/* data: URLs (RFC 2397), read leniently, as clients write them. */
#ifndef KEYWHEEL_PROTOCOL_DATA_URL_H
#define KEYWHEEL_PROTOCOL_DATA_URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/json.h"

/* The parts of data:[type][;parameter]*[;base64],data. They point into the
 * text. */
struct data_url {
	const char *type; /* "image/png"; may be empty */
	size_t type_len;
	bool base64;
	const char *data;
	size_t len;
};

/* Does the text begin like one? */
bool data_url_is(const char *text, size_t len);

/* False if it does not, or has no comma. */
MUSTCHECK bool data_url_split(
    const char *text, size_t len, struct data_url *url);

/*
 * The data as base64 in its plain form: a string for json_write() (see
 * json_new_view()) that shares the text of owner, in which it lies, where that
 * is possible. The caller owns it. *head gets the first bytes, and *head_len,
 * the room for them, how many they are. NULL if the data is no base64, is
 * longer than BUF_LARGE, or if there is none.
 */
struct json_object *data_url_payload(const struct data_url *url,
    struct json_object *owner, uint8_t *head, size_t *head_len);

#endif
