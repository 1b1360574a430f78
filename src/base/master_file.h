/*
 * The master key file. Each line holds one of:
 *
 *	64 hexadecimal digits		a master key
 *	hash and 64 hexadecimal digits	the key of all keyed hashes
 *
 * One line with a master key is the usual file. Two of them are there while
 * the master key is being changed: what either has sealed can be opened. The
 * first seals, unless the database says otherwise. Without a line `hash`, that
 * key is derived from the first; it stays when the master key is changed,
 * because of a token only the hash is known, so nobody could make it anew.
 */
#ifndef KEYWHEEL_BASE_MASTER_FILE_H
#define KEYWHEEL_BASE_MASTER_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"

#define MASTER_KEY_SIZE 32
/* While one is being changed there are two; one more than that is a mistake. */
#define MASTER_KEYS_MOST 2

struct master_file {
	int n;
	uint8_t keys[MASTER_KEYS_MOST][MASTER_KEY_SIZE];
	bool has_hash;
	uint8_t hash[MASTER_KEY_SIZE];
};

/* False with a message for people in *why (do not free) if it cannot be read
 * or is malformed. Wipe it with crypt_wipe(). */
MUSTCHECK bool master_file_read(
    const char *path, struct master_file *file, const char **why);

/* Put another in its place, whole or not at all: owner, group, mode and access
 * list stay as they are. False with the reason appended to why; also if
 * somebody else is doing that, or the file is not the one (any more) that was
 * read as old. */
MUSTCHECK bool master_file_replace(const char *path,
    const struct master_file *old, const struct master_file *file,
    struct buf *why);

/* Its name is there after a power failure, too. False: errno says why. */
MUSTCHECK bool master_file_settle(const char *path);

#endif
