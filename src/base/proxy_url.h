/* URLs of egress proxies: scheme://[user[:password]@]host[:port], where user
 * and password are percent-encoded. */
#ifndef KEYWHEEL_BASE_PROXY_URL_H
#define KEYWHEEL_BASE_PROXY_URL_H

#include <stdbool.h>

#include "base/attr.h"

/* The most of a user or a password that SOCKS has room for (RFC 1929). */
#define PROXY_URL_WORD 255

struct proxy_url {
	/* scheme://host:port, without user and password: what may be shown. */
	char *name;
	/* Decoded; NULL: none is given. */
	char *user, *password;
};

/*
 * Read it. The schemes are http, https (TLS to the proxy), socks5 (names are
 * resolved here) and socks5h (… by the proxy); without a port it is 80, 443 or
 * 1080. False with the reason in *why, a static text that goes behind "it" and
 * quotes nothing. Clear it either way.
 */
MUSTCHECK bool proxy_url_read(
    struct proxy_url *p, const char *text, const char **why);
void proxy_url_clear(struct proxy_url *p);

#endif
