/*
 * Digests that other services ask for. Nothing of ours is protected by
 * them: for that is base/crypt.h.
 */
#ifndef KEYWHEEL_BASE_DIGEST_H
#define KEYWHEEL_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"

/* Append the MD5 of what a plain base64 text stands for, as base64: the form
 * of Content-MD5. False if this libcrypto refuses MD5, as in FIPS mode. */
MUSTCHECK bool digest_md5(struct buf *out, const char *base64, size_t len);

/* Append the HMAC-SHA1 of the text under the key, as base64. False as
 * above. */
MUSTCHECK bool digest_hmac_sha1(
    struct buf *out, const char *key, const char *text, size_t len);

/* The same of HMAC-SHA256. */
MUSTCHECK bool digest_hmac_sha256(
    struct buf *out, const char *key, const char *text, size_t len);

#endif
