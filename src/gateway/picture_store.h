/*
 * The built-in image host: pictures in the database, in pieces, for
 * PICTURE_HOURS. Whoever has an address may see the picture and nobody else:
 * names are random, and the database knows only a hash of them.
 */
#ifndef KEYWHEEL_GATEWAY_PICTURE_STORE_H
#define KEYWHEEL_GATEWAY_PICTURE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "protocol/picture_type.h"
#include "store/pictures.h"

struct service;

/* What the database finds a picture by. False if it is no name of ours. */
MUSTCHECK bool picture_store_hash(const struct master_key *master,
    const char *name, uint8_t hash[CRYPT_HASH_SIZE]);

/* Put a picture (plain base64) there, until that time of clock_mono_ms(); url
 * gets its address. False with one line for the log in why. */
MUSTCHECK bool picture_store_put(struct service *s,
    const struct picture_type *type, const char *base64, size_t len,
    int64_t end_ms, struct buf *url, struct buf *why);

/* What is at an address of ours: its type, and its bytes, appended to out,
 * which is empty. False if it is none of ours, if it is over, or larger than
 * out may be. */
MUSTCHECK bool picture_store_get(struct service *s, const char *address,
    char type[PICTURE_TYPE_SIZE], struct buf *out);

#endif
