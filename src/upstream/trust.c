/*
 * One store of certificates, made before the responders are forked, which
 * takes from the system's folder what a handshake asks for. libcurl would read
 * the whole bundle into every process, the largest private memory of a small
 * HTTPS client.
 */
#include "upstream/trust.h"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

/* NULL: libcurl does it its way. */
static X509_STORE *trusted;

void
trust_init(void)
{
	if (trusted != NULL)
		return;
	trusted = X509_STORE_new();
	if (trusted != NULL && X509_STORE_set_default_paths(trusted) != 1) {
		X509_STORE_free(trusted);
		trusted = NULL;
	}
}

bool
trust_file(const char *path)
{
	trust_init();
	return trusted != NULL && X509_STORE_load_file(trusted, path) == 1;
}

/* libcurl asks before a handshake, also with a proxy: the shared certificates
 * for this one. */
static CURLcode
share_trusted(CURL *easy, void *ssl_ctx, void *ctx)
{
	(void)easy;
	(void)ctx;
	SSL_CTX_set1_cert_store(ssl_ctx, trusted);
	return CURLE_OK;
}

void
trust_apply(CURL *easy)
{
	if (trusted == NULL)
		return;
	curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, NULL);
	curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, NULL);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, share_trusted);
}
