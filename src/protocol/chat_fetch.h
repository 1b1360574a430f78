/*
 * Media that the gateway has to fetch itself: translating a request only
 * lists them, and leaves an empty part in the body for each. The gateway
 * downloads, and the bytes are put into their places here.
 */
#ifndef KEYWHEEL_PROTOCOL_CHAT_FETCH_H
#define KEYWHEEL_PROTOCOL_CHAT_FETCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"
#include "protocol/api_error.h"

/* So many for a request, and so many of those that may fail. */
#define CHAT_FETCH_MAX 16
#define CHAT_FETCH_SOFT_MAX 8
#define CHAT_FETCH_ROWS (CHAT_FETCH_MAX + CHAT_FETCH_SOFT_MAX)

struct chat_fetch {
	char *url;
	char *path;               /* the field that named it, for errors */
	int kinds;                /* what it may be: media_type.h */
	struct json_object *part; /* inside of the request's body; borrowed */
	/* The text that takes its place if it cannot be had; NULL: the request
	 * is refused then. */
	struct json_object *instead;
};

/* The same, before it is noted: all borrowed. */
struct chat_fetch_wish {
	const char *url, *path;
	int kinds;
	struct json_object *part, *instead;
};

/* Zero-initialised: none. */
struct chat_fetches {
	struct chat_fetch rows[CHAT_FETCH_ROWS];
	size_t n;
};

/* Note one. False with *error set if there are too many. Of those that may
 * fail the newest count: the oldest gets its text then, and so does one whose
 * URL is wanted without fail. */
MUSTCHECK bool chat_fetches_add(struct chat_fetches *list,
    const struct chat_fetch_wish *wish, struct api_error *error);
void chat_fetches_clear(struct chat_fetches *list);

/*
 * What a download becomes: {"mimeType":…,"data":…}, which is the caller's.
 * header is the server's word on the type, "" if it had none; the bytes are
 * taken out of the buffer. NULL with *error set if nobody can tell what it
 * is.
 */
struct json_object *chat_fetch_make(const struct chat_fetch *fetch,
    const char *header, struct buf *bytes, struct api_error *error);

/* Put it into its place; it is shared. False with *error set if it is not of
 * the kind that the place is for. */
MUSTCHECK bool chat_fetch_fill(const struct chat_fetch *fetch,
    struct json_object *inline_data, struct api_error *error);

/* It cannot be had: its text takes its place. False if it has none. */
bool chat_fetch_give_up(const struct chat_fetch *fetch);

/* Set invalid_image_url for a fetch; false. */
bool chat_fetch_fail(const struct chat_fetch *fetch, struct api_error *error,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
