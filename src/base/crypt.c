/* Random bytes, keyed hashes, authenticated encryption and ids. */
#include "base/crypt.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/master_file.h"
#include "base/master_ring.h"
#include "base/text.h"

#define NONCE_SIZE 12
#define TAG_SIZE 16
#define HEX_SIZE ((size_t)2 * CRYPT_KEY_SIZE)

/* Random bytes and hashes do not fail while libcrypto works at all; without
 * them nothing that follows would be safe. */
static _Noreturn void
broken(const char *what)
{
	fprintf(stderr, "keywheel: libcrypto failed: %s\n", what);
	abort();
}

/* Without salt. */
bool
crypt_derive(const uint8_t master[CRYPT_KEY_SIZE], const char *info,
    uint8_t key[CRYPT_KEY_SIZE])
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *ctx = kdf == NULL ? NULL : EVP_KDF_CTX_new(kdf);
	char digest[] = "SHA256";
	OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
	    OSSL_PARAM_construct_octet_string(
		OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)master, CRYPT_KEY_SIZE),
	    OSSL_PARAM_construct_octet_string(
		OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)info, strlen(info)),
	    OSSL_PARAM_construct_end(),
	};
	bool ok = ctx != NULL &&
	    EVP_KDF_derive(ctx, key, CRYPT_KEY_SIZE, params) == 1;
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
	return ok;
}

bool
crypt_load_master(const char *path, struct master_key *key, const char **why)
{
	*key = (struct master_key){0};
	key->ring = master_ring_new(path, key->hash, why);
	return key->ring != NULL;
}

void
crypt_forget_master(struct master_key *key)
{
	master_ring_free(key->ring);
	crypt_wipe(key, sizeof(*key));
}

bool
crypt_make_master(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;

	uint8_t master[CRYPT_KEY_SIZE];
	crypt_random(master, sizeof(master));
	struct buf hex;
	buf_init(&hex, HEX_SIZE + 1);
	text_hex(&hex, master, sizeof(master));
	buf_byte(&hex, '\n');

	/* Half a key file is worse than none. */
	errno = EIO;
	bool ok = buf_ok(&hex) &&
	    write(fd, hex.data, hex.len) == (ssize_t)hex.len && fsync(fd) == 0;
	int error = errno;
	if (close(fd) != 0 && ok) {
		error = errno;
		ok = false;
	}
	if (ok && !master_file_settle(path)) {
		error = errno;
		ok = false;
	}
	if (!ok)
		unlink(path);
	if (hex.data != NULL)
		crypt_wipe(hex.data, hex.cap);
	buf_clear(&hex);
	crypt_wipe(master, sizeof(master));
	errno = error;
	return ok;
}

void
crypt_hash(const struct master_key *key, const char *text, size_t len,
    uint8_t hash[CRYPT_HASH_SIZE])
{
	/* Fetched once: libcrypto searches its providers for each name. */
	static EVP_MD *sha256;
	unsigned size = CRYPT_HASH_SIZE;
	if (sha256 == NULL)
		sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (HMAC(sha256, key->hash, CRYPT_KEY_SIZE, (const unsigned char *)text,
		len, hash, &size) == NULL ||
	    size != CRYPT_HASH_SIZE)
		broken("HMAC-SHA-256");
}

/* The one that seals; NULL: it is not there. */
static const uint8_t *
sealing(const struct master_key *key)
{
	return key->ring == NULL ? key->seal : master_ring_sealing(key->ring);
}

bool
crypt_seal(const struct master_key *key, const char *plain, size_t len,
    struct buf *out)
{
	const uint8_t *seal = sealing(key);
	if (seal == NULL || len > INT_MAX - CRYPT_SEAL_OVERHEAD)
		return false;
	uint8_t *sealed = malloc(len + CRYPT_SEAL_OVERHEAD);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	bool ok = false;
	if (sealed == NULL || ctx == NULL)
		goto free_all;

	/* nonce, cipher text, tag */
	uint8_t *cipher = sealed + NONCE_SIZE;
	int size = 0, rest = 0;
	crypt_random(sealed, NONCE_SIZE);
	ok = EVP_EncryptInit_ex2(ctx, EVP_aes_256_gcm(), seal, sealed, NULL) ==
		1 &&
	    EVP_EncryptUpdate(
		ctx, cipher, &size, (const uint8_t *)plain, (int)len) == 1 &&
	    EVP_EncryptFinal_ex(ctx, cipher + size, &rest) == 1 &&
	    (size_t)size + (size_t)rest == len &&
	    EVP_CIPHER_CTX_ctrl(
		ctx, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, cipher + len) == 1;
	if (ok)
		buf_add(out, sealed, len + CRYPT_SEAL_OVERHEAD);
	ok = ok && buf_ok(out);

free_all:
	EVP_CIPHER_CTX_free(ctx);
	free(sealed);
	return ok;
}

static bool
open_with(const uint8_t seal[CRYPT_KEY_SIZE], const uint8_t *sealed, size_t len,
    struct buf *plain)
{
	if (len < CRYPT_SEAL_OVERHEAD || len > INT_MAX)
		return false;
	size_t plain_len = len - CRYPT_SEAL_OVERHEAD;
	const uint8_t *cipher = sealed + NONCE_SIZE;
	uint8_t tag[TAG_SIZE];
	memcpy(tag, cipher + plain_len, TAG_SIZE);

	/* Nothing reaches the caller before the tag has been checked. */
	uint8_t *bytes = malloc(plain_len + 1);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	bool ok = false;
	if (bytes == NULL || ctx == NULL)
		goto free_all;
	int size = 0, rest = 0;
	ok = EVP_DecryptInit_ex2(ctx, EVP_aes_256_gcm(), seal, sealed, NULL) ==
		1 &&
	    EVP_DecryptUpdate(ctx, bytes, &size, cipher, (int)plain_len) == 1 &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, tag) ==
		1 &&
	    EVP_DecryptFinal_ex(ctx, bytes + size, &rest) == 1 &&
	    (size_t)size + (size_t)rest == plain_len;
	if (ok)
		buf_add(plain, bytes, plain_len);
	ok = ok && buf_ok(plain);

free_all:
	EVP_CIPHER_CTX_free(ctx);
	if (bytes != NULL)
		crypt_wipe(bytes, plain_len);
	free(bytes);
	return ok;
}

/* Any key of the ring, the one that seals first: most are of its. */
static bool
open_with_ring(const struct master_ring *ring, const uint8_t *sealed,
    size_t len, struct buf *plain)
{
	size_t n = master_ring_count(ring);
	for (size_t i = 0; i < n; i++) {
		size_t at = (master_ring_preferred(ring) + i) % n;
		if (open_with(master_ring_seal(ring, at), sealed, len, plain))
			return true;
	}
	return false;
}

bool
crypt_open(const struct master_key *key, const uint8_t *sealed, size_t len,
    struct buf *plain)
{
	if (key->ring == NULL)
		return open_with(key->seal, sealed, len, plain);
	return open_with_ring(key->ring, sealed, len, plain) ||
	    (master_ring_refresh(key->ring) &&
		open_with_ring(key->ring, sealed, len, plain));
}

void
crypt_random(uint8_t *bytes, size_t len)
{
	while (len > 0) {
		int part = len > INT_MAX ? INT_MAX : (int)len;
		if (RAND_bytes(bytes, part) != 1)
			broken("random bytes");
		bytes += part;
		len -= (size_t)part;
	}
}

void
crypt_random_text(struct buf *out, const char *prefix, size_t n)
{
	static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz";
	const size_t letters = sizeof(alphabet) - 1;
	const size_t fair = 256 / letters * letters;

	buf_str(out, prefix);
	uint8_t bytes[64];
	while (n > 0) {
		crypt_random(bytes, sizeof(bytes));
		for (size_t i = 0; i < sizeof(bytes) && n > 0; i++) {
			/* The last few values would favour some letters. */
			if (bytes[i] >= fair)
				continue;
			buf_byte(out, alphabet[bytes[i] % letters]);
			n--;
		}
	}
	crypt_wipe(bytes, sizeof(bytes));
}

void
crypt_uuid7(char id[CRYPT_ID_SIZE + 1])
{
	/* 48 bits of milliseconds, then version, variant and chance. */
	uint8_t bytes[16];
	crypt_random(bytes, sizeof(bytes));
	uint64_t ms = (uint64_t)clock_wall_ms();
	for (size_t i = 0; i < 6; i++)
		bytes[i] = (uint8_t)(ms >> (40 - 8 * i));
	bytes[6] = (uint8_t)(0x70 | (bytes[6] & 0x0f));
	bytes[8] = (uint8_t)(0x80 | (bytes[8] & 0x3f));

	static const char digits[] = "0123456789abcdef";
	char *p = id;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		*p++ = digits[bytes[i] >> 4];
		*p++ = digits[bytes[i] & 15];
	}
	*p = '\0';
}

bool
crypt_is_id(const char *text)
{
	if (strlen(text) != CRYPT_ID_SIZE)
		return false;
	for (int i = 0; text[i] != '\0'; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
			return false;
	}
	return true;
}

bool
crypt_is_same(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

void
crypt_wipe(void *bytes, size_t len)
{
	OPENSSL_cleanse(bytes, len);
}

const char *
crypt_library(void)
{
	return OpenSSL_version(OPENSSL_VERSION_STRING);
}
