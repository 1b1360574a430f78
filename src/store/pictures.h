/* The built-in image host's pictures: rows in pieces, found by a hash of
 * their names. */
#ifndef KEYWHEEL_STORE_PICTURES_H
#define KEYWHEEL_STORE_PICTURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/crypt.h"

/* Bytes of a piece; the last one may be shorter. */
#define PICTURE_PIECE ((size_t)255 * 1024)

/* Room for a type. */
#define PICTURE_TYPE_SIZE 32

struct db;

struct picture {
	int64_t id;
	char type[PICTURE_TYPE_SIZE]; /* "image/png" */
	int64_t size;                 /* bytes */
	int64_t seconds_left;
};

/* Begin one. The oldest are removed if all would be more than max bytes. Its
 * id; 0: there is no room; -1 with db_error(). */
int64_t pictures_open(struct db *db, const uint8_t name[CRYPT_HASH_SIZE],
    const char *type, int64_t size, int64_t hours, int64_t max);

/* Its nth piece; with the last one it is there. False if that failed, or if
 * it has been removed meanwhile: *gone then. */
MUSTCHECK bool pictures_put(struct db *db, int64_t id, int n,
    const uint8_t *bytes, size_t len, bool last, bool *gone);

/* Find one; id is 0 if there is none (any more). False with db_error(). */
MUSTCHECK bool pictures_find(struct db *db, const uint8_t name[CRYPT_HASH_SIZE],
    struct picture *picture);

/* Append its nth piece, or nothing if there is none. False with
 * db_error(). */
MUSTCHECK bool pictures_piece(
    struct db *db, int64_t id, int n, struct buf *out);

/* Remove what is over, and the oldest beyond max bytes; up to so many.
 * How many; -1 with db_error(). */
int64_t pictures_trim(struct db *db, int64_t max, int64_t batch);

#endif
