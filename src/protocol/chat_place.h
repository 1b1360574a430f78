/*
 * Where media end up: bytes become inlineData, URLs fileData, or a place that
 * is filled when the gateway has fetched them (contract section 1.3).
 */
#ifndef KEYWHEEL_PROTOCOL_CHAT_PLACE_H
#define KEYWHEEL_PROTOCOL_CHAT_PLACE_H

#include "protocol/chat_media.h"
#include "protocol/data_url.h"

/* A member of a part that is a text, and what it is called. */
struct chat_member {
	struct json_object *text; /* NULL: absent */
	char path[CHAT_MEMBER_SIZE];
};

const char *chat_member_text(const struct chat_member *m);
size_t chat_member_length(const struct chat_member *m);

/* What is known of media besides what they are. */
struct chat_hints {
	const char *said;   /* the type, by a word that counts; or NULL */
	const char *usual;  /* the type if nothing tells; or NULL */
	const char *detail; /* low, high …; or NULL */
};

/* Append a data URL's data, which lies in m. False with *error set. */
MUSTCHECK bool chat_place_data(const struct chat_part *part,
    const struct chat_member *m, const struct data_url *url,
    const struct chat_hints *hints);

/* Append what a URL of any kind names. */
MUSTCHECK bool chat_place_url(const struct chat_part *part,
    const struct chat_member *m, const struct chat_hints *hints);

/* Append what a link in a text names: a picture, which the gateway fetches;
 * the text `instead` takes its place if it cannot be had. False, and no error
 * set, if it is no such URL. */
MUSTCHECK bool chat_place_link(
    const struct chat_part *part, const char *url, struct json_object *instead);

/* Append a file by its id. None are kept here: only Gemini's own, files/x,
 * can be named. */
MUSTCHECK bool chat_place_file_id(
    const struct chat_part *part, const struct chat_member *m);

#endif
