/*
 * Random bytes, keyed hashes, authenticated encryption and ids, all from
 * libcrypto. One 32-byte master key lives in a file outside the database;
 * the keys for hashing and for encryption are derived from it.
 */
#ifndef KEYWHEEL_BASE_CRYPT_H
#define KEYWHEEL_BASE_CRYPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"

#define CRYPT_KEY_SIZE 32
#define CRYPT_HASH_SIZE 32
/* What sealing adds to the plain text: nonce and tag. */
#define CRYPT_SEAL_OVERHEAD (12 + 16)
#define CRYPT_ID_SIZE 36

struct master_key {
	uint8_t seal[CRYPT_KEY_SIZE];
	uint8_t hash[CRYPT_KEY_SIZE];
};

/* Read the file (64 hex digits, blanks around them allowed). False with a
 * message for people in *why (static or owned by errno texts; do not free)
 * if it cannot be read or is malformed. */
MUSTCHECK bool crypt_load_master(
    const char *path, struct master_key *key, const char **why);

/* Make a new master key file with mode 0600. False if it exists already or
 * cannot be written; errno says why. */
MUSTCHECK bool crypt_make_master(const char *path);

/* HMAC-SHA-256 of text under the hash key: how tokens and keys are looked
 * up without being stored. */
void crypt_hash(const struct master_key *key, const char *text, size_t len,
    uint8_t hash[CRYPT_HASH_SIZE]);

/* AES-256-GCM: nonce, cipher text and tag are appended to out. */
MUSTCHECK bool crypt_seal(const struct master_key *key, const char *plain,
    size_t len, struct buf *out);

/* The reverse; false if the bytes were not sealed with this key. */
MUSTCHECK bool crypt_open(const struct master_key *key, const uint8_t *sealed,
    size_t len, struct buf *plain);

void crypt_random(uint8_t *bytes, size_t len);

/* prefix + n random characters of [0-9A-Za-z]. */
void crypt_random_text(struct buf *out, const char *prefix, size_t n);

/* A version 7 UUID (time-ordered, RFC 9562) in its 36-character form. */
void crypt_uuid7(char id[CRYPT_ID_SIZE + 1]);

/* Does a text have the form of a UUID? */
bool crypt_is_id(const char *text);

/* Wipe a secret before its memory is given back. */
void crypt_wipe(void *bytes, size_t len);

/* The version of libcrypto that runs, "3.0.15". Static. */
const char *crypt_library(void);

#endif
