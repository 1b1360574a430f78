/* The kinds of pictures that are handed out by address, and the endings of
 * their names. Nothing that a browser would run: no SVG. */
#ifndef KEYWHEEL_PROTOCOL_PICTURE_TYPE_H
#define KEYWHEEL_PROTOCOL_PICTURE_TYPE_H

#include <stdbool.h>
#include <stddef.h>

struct picture_type {
	const char *mime;   /* "image/png" */
	const char *ending; /* "png" */
};

/* What a picture is that is said to be of a type, and has these bytes, as
 * plain base64. NULL: none of these kinds. */
const struct picture_type *picture_type_of(
    const char *said, const char *base64, size_t len);

/* By the ending of a file's name; NULL: none. */
const struct picture_type *picture_type_of_name(const char *name);

/*
 * Names that the built-in image host gives: so many letters and digits, a dot
 * and an ending. And the paths of its addresses, whatever stands before them.
 */
#define PICTURE_NAME_SIZE 24
#define PICTURE_PATH "/pictures/"
bool picture_name_is(const char *name);

/* The name in an http or https URL that is such an address; NULL: it is
 * none. */
const char *picture_name_in(const char *url);

#endif
