/* Digests for others, from libcrypto. */
#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "base/base64.h"

/* What is decoded at a time. */
#define PIECE ((size_t)12 * 1024)

bool
digest_md5(struct buf *out, const char *base64, size_t len)
{
	uint8_t piece[PIECE], md5[EVP_MAX_MD_SIZE];
	unsigned size = 0;
	size_t from = 0, n;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_md5(), NULL) == 1;
	while (ok && (n = base64_slice(base64, len, from, piece, PIECE)) > 0) {
		ok = EVP_DigestUpdate(ctx, piece, n) == 1;
		from += n;
	}
	ok = ok && EVP_DigestFinal_ex(ctx, md5, &size) == 1;
	EVP_MD_CTX_free(ctx);
	if (ok)
		base64_encode(out, md5, size);
	return ok;
}

static bool
add_hmac(struct buf *out, const EVP_MD *digest, const char *key,
    const char *text, size_t len)
{
	uint8_t mac[EVP_MAX_MD_SIZE];
	unsigned size = 0;
	if (HMAC(digest, key, (int)strlen(key), (const uint8_t *)text, len, mac,
		&size) == NULL)
		return false;
	base64_encode(out, mac, size);
	return true;
}

bool
digest_hmac_sha1(struct buf *out, const char *key, const char *text, size_t len)
{
	return add_hmac(out, EVP_sha1(), key, text, len);
}

bool
digest_hmac_sha256(
    struct buf *out, const char *key, const char *text, size_t len)
{
	return add_hmac(out, EVP_sha256(), key, text, len);
}
