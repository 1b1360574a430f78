/* Egress proxies over libcurl. */
#include "upstream/proxy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "upstream/exchange.h"

/* --- the way out --------------------------------------------------------- */

static CURLSH *
make_share(void)
{
	CURLSH *share = curl_share_init();
	if (share == NULL)
		abort();
	curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT);
	curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
	return share;
}

/* The share of that proxy; one that was not used for the longest time makes
 * room for a new one. */
static CURLSH *
find_share(struct proxy_links *l, const char *id)
{
	int oldest = 0;
	for (int i = 0; i < PROXY_LINKS; i++) {
		if (strcmp(l->links[i].id, id) == 0) {
			l->links[i].used = ++l->turn;
			return l->links[i].share;
		}
		if (l->links[i].used < l->links[oldest].used)
			oldest = i;
	}
	curl_share_cleanup(l->links[oldest].share);
	snprintf(l->links[oldest].id, sizeof(l->links[oldest].id), "%s", id);
	l->links[oldest].used = ++l->turn;
	return l->links[oldest].share = make_share();
}

void
proxy_apply(
    struct proxy_links *links, CURL *easy, const struct exchange_proxy *proxy)
{
	/* Empty texts, else libcurl looks into the environment. */
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
	curl_easy_setopt(easy, CURLOPT_PROXY, proxy == NULL ? "" : proxy->url);
	curl_easy_setopt(easy, CURLOPT_SHARE,
	    proxy == NULL ? NULL : find_share(links, proxy->id));
	if (proxy == NULL)
		return;
	curl_easy_setopt(easy, CURLOPT_PROXYUSERNAME, proxy->user);
	curl_easy_setopt(easy, CURLOPT_PROXYPASSWORD,
	    proxy->user != NULL && proxy->password == NULL ? ""
							   : proxy->password);
	curl_easy_setopt(easy, CURLOPT_PROXYAUTH, (long)CURLAUTH_BASIC);
	curl_easy_setopt(easy, CURLOPT_SOCKS5_AUTH, (long)CURLAUTH_BASIC);
	/* What is for Gemini, the key above all, is not for the proxy. */
	curl_easy_setopt(easy, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
}

void
proxy_forget(struct proxy_links *links)
{
	for (int i = 0; i < PROXY_LINKS; i++)
		curl_share_cleanup(links->links[i].share);
	memset(links, 0, sizeof(*links));
}

/* --- who failed ---------------------------------------------------------- */

static bool
is_http(const struct exchange_proxy *proxy)
{
	return proxy != NULL && text_starts(proxy->url, "http");
}

bool
proxy_refuses(CURL *easy, const struct exchange_proxy *proxy)
{
	long status = 0;
	char *scheme = NULL;
	if (!is_http(proxy))
		return false;
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(easy, CURLINFO_SCHEME, &scheme);
	return status == 407 && text_same(scheme, "http");
}

/* Has the proxy answered CONNECT with a tunnel? */
static bool
is_connected(CURL *easy)
{
	long status = 0;
	curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
	return status >= 200 && status < 300;
}

bool
proxy_failed(CURL *easy, const struct exchange_proxy *proxy, CURLcode code)
{
	long detail = 0;
	if (proxy == NULL)
		return false;
	switch (code) {
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_COULDNT_RESOLVE_HOST:
		return false;
	case CURLE_PROXY:
		/* socks5:// lets us resolve Gemini's name. */
		curl_easy_getinfo(easy, CURLINFO_PROXY_ERROR, &detail);
		return detail != CURLPX_RESOLVE_HOST;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
		/* With the proxy, before there is a tunnel, or with Gemini. */
		return text_starts(proxy->url, "https:") && !is_connected(easy);
	default:
		/* What else is between us and a first byte is the proxy's. */
		return true;
	}
}
