/* Looking at URLs. */
#ifndef KEYWHEEL_BASE_URL_H
#define KEYWHEEL_BASE_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"

/* A URL that starts with http:// or https://. The texts point into it. */
struct url {
	bool https;
	const char *host; /* an IPv6 address: with its brackets */
	size_t host_len;
	int port;         /* the scheme's own if it names none */
	const char *rest; /* "", or from the / ? or # on */
};

/* False if the text is no such URL. One with a user or password in it is
 * none. What follows the host and port is not looked at. */
MUSTCHECK bool url_split(const char *text, struct url *url);

/* url->rest; NULL if the text is no such URL. */
const char *url_rest(const char *text);

/* Append text as a value in a query: all but letters, digits and -._~ as
 * %XX. */
void url_escape(struct buf *out, const char *text);

/* Is the text what a Host header may hold: a name or an address, and maybe a
 * port? Such a text is safe in HTML and in Markdown. NULL is none. */
bool url_is_authority(const char *text);

/* Is the host an address, in whatever notation, and no name? Addresses end
 * with a number; no domain of the first level begins with a digit. */
bool url_host_is_address(const char *host, size_t host_len);

/* Is it the host that a list of hosts means by `host`, `host:port` or
 * `*.domain`? The last one is not the domain itself, and no address. Case does
 * not count. */
bool url_host_fits(
    const char *pattern, const char *host, size_t host_len, int port);

#endif
