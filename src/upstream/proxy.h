/*
 * Egress proxies, as libcurl is told of them and tells of them.
 *
 * libcurl takes two users of one HTTP proxy for the same when it looks for a
 * tunnel to use again (CVE-2026-3784, before 8.19 or a patch), and resumes
 * TLS sessions through whatever proxy comes next. Services that rent out
 * addresses tell them apart by the user, so either would let a key's call out
 * by another key's address. Each proxy has a share of its own for both.
 */
#ifndef KEYWHEEL_UPSTREAM_PROXY_H
#define KEYWHEEL_UPSTREAM_PROXY_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

struct exchange_proxy;

/* Proxies whose connections are kept: the ones that were used last. More than
 * run at once. */
#define PROXY_LINKS 32
#define PROXY_ID_SIZE 64

struct proxy_links {
	struct {
		char id[PROXY_ID_SIZE + 1]; /* "": free */
		CURLSH *share;
		uint64_t used; /* the turn of its last use */
	} links[PROXY_LINKS];
	uint64_t turn;
};

/* Let the handle, which is new or was reset, go by that proxy and by no other
 * way; NULL: by none, whatever the environment says. */
void proxy_apply(
    struct proxy_links *links, CURL *easy, const struct exchange_proxy *proxy);

/* Close the connections of all proxies; none is in use. */
void proxy_forget(struct proxy_links *links);

/* The head that came is the proxy's own, which does not let us in. Only where
 * it passes on single requests, to http:// URLs, is that to be seen so late.
 * PROXY_REFUSES says it in words. */
bool proxy_refuses(CURL *easy, const struct exchange_proxy *proxy);
#define PROXY_REFUSES "the proxy refuses the user and password (407)"

/* A transfer that got no further than to the first byte of its request failed
 * with this code: because of the proxy? If not, Gemini could not be reached
 * through it. */
bool proxy_failed(
    CURL *easy, const struct exchange_proxy *proxy, CURLcode code);

#endif
