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

struct master_ring;

/* Copies of it share the ring. */
struct master_key {
	uint8_t seal[CRYPT_KEY_SIZE]; /* where there is no ring */
	uint8_t hash[CRYPT_KEY_SIZE];
	/* What the file holds, and comes to hold (base/master_ring.h); NULL:
	 * seal alone. */
	struct master_ring *ring;
};

/* Read the file (base/master_file.h). False with a message for people in *why
 * (static or owned by errno texts; do not free) if it cannot be read or is
 * malformed. */
MUSTCHECK bool crypt_load_master(
    const char *path, struct master_key *key, const char **why);

/* Wipe it and what it owns; of copies, once for all. */
void crypt_forget_master(struct master_key *key);

/* HKDF-SHA-256 of a master key; info keeps the keys of several uses apart. */
MUSTCHECK bool crypt_derive(const uint8_t master[CRYPT_KEY_SIZE],
    const char *info, uint8_t key[CRYPT_KEY_SIZE]);

/* Make a new master key file with mode 0600. False if it exists already or
 * cannot be written; errno says why. */
MUSTCHECK bool crypt_make_master(const char *path);

/* HMAC-SHA-256 of text under the hash key: how tokens and keys are looked
 * up without being stored. */
void crypt_hash(const struct master_key *key, const char *text, size_t len,
    uint8_t hash[CRYPT_HASH_SIZE]);

/* AES-256-GCM: nonce, cipher text and tag are appended to out. Of a ring, the
 * preferred key seals; false if it is not there. */
MUSTCHECK bool crypt_seal(const struct master_key *key, const char *plain,
    size_t len, struct buf *out);

/* The reverse; false if the bytes were not sealed with this key, or any of its
 * ring. */
MUSTCHECK bool crypt_open(const struct master_key *key, const uint8_t *sealed,
    size_t len, struct buf *plain);

void crypt_random(uint8_t *bytes, size_t len);

/* prefix + n random characters of [0-9A-Za-z]. */
void crypt_random_text(struct buf *out, const char *prefix, size_t n);

/* A version 7 UUID (time-ordered, RFC 9562) in its 36-character form. */
void crypt_uuid7(char id[CRYPT_ID_SIZE + 1]);

/* Does a text have the form of a UUID? */
bool crypt_is_id(const char *text);

/* Are they the same bytes? Takes as long wherever they differ. */
bool crypt_is_same(const void *a, const void *b, size_t len);

/* Wipe a secret before its memory is given back. */
void crypt_wipe(void *bytes, size_t len);

/* The version of libcrypto that runs, "3.0.15". Static. */
const char *crypt_library(void);

#endif
