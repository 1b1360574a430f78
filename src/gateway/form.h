/*
 * Taking in a request that is a multipart form: its fields, and its files,
 * of which the large ones lie in temporary files that have no name. Names and
 * fields are UTF-8; another form is refused.
 */
#ifndef KEYWHEEL_GATEWAY_FORM_H
#define KEYWHEEL_GATEWAY_FORM_H

#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/setting.h"
#include "protocol/api_error.h"

struct service;

#define FORM_MAX_PARTS 64
#define FORM_MAX_FIELD                                        \
	((size_t)1024 * 1024) /* bytes of one that is no file \
			       */

struct form_part {
	char *name;
	char *filename; /* NULL: it is a field */
	char *type;     /* Content-Type; "" if it has none */
	int64_t size;
	struct buf text; /* a field, or a file that was small enough */
	int fd;          /* else the file, to be read from 0; -1: none */
};

struct form {
	struct form_part parts[FORM_MAX_PARTS];
	size_t n;
};

/*
 * Take the token, and the form: at most the megabytes of the setting limit
 * in all; files of more than in_memory bytes go to TMPDIR. As body_take()
 * does it: nobody without a token is read from, nor anything over a megabyte
 * before the token has been found good; *token_id is its owner then, else 0.
 * False with *error set. Clear the form in any case.
 */
MUSTCHECK bool form_take(struct service *s, uint8_t token[CRYPT_HASH_SIZE],
    int64_t *token_id, enum setting_id limit, size_t in_memory,
    struct form *form, struct api_error *error);

/* The first part of that name, or NULL. */
const struct form_part *form_find(const struct form *form, const char *name);

/* The text of a field; NULL if there is none of that name, or a file. */
const char *form_text(const struct form *form, const char *name);

/* Bytes of a part from a place on: as many as there are, up to max. -1 if they
 * cannot be read. */
MUSTCHECK ssize_t form_read_at(
    const struct form_part *part, int64_t at, char *bytes, size_t max);

/* Append a part in base64. False if it cannot be read, or out has failed. */
MUSTCHECK bool form_base64(const struct form_part *part, struct buf *out);

void form_clear(struct form *form);

#endif
