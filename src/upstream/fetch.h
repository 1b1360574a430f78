/*
 * Fetching what a stranger's URL names, safely: nothing but http and https,
 * only from addresses that are public, under ceilings of size and time.
 *
 * The address is judged when a connection to it is made, so a name that
 * resolves to something else the second time, and every redirect, is judged
 * as well. Nothing of ours is sent along: no key, cookie or referer; proxies
 * of the environment and .netrc are not looked at. Of the ports below 1024
 * only 80 and 443 are asked.
 */
#ifndef KEYWHEEL_UPSTREAM_FETCH_H
#define KEYWHEEL_UPSTREAM_FETCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"

#define FETCH_MAX_REDIRECTS 3

/* Room for a Content-Type. */
#define FETCH_TYPE_SIZE 128

/* What to fetch; everything is borrowed. */
struct fetch_request {
	const char *url;
	size_t max;      /* bytes */
	long total_ms;   /* for all of it, redirects too */
	long connect_ms; /* for one connection */

	/* Hosts that are asked although their addresses are private: `host`,
	 * `host:port`, `*.domain` (base/url.h); one with its port may be on
	 * any port. allow_private: as if all were listed without a port. */
	const char *const *hosts;
	size_t n_hosts;
	bool allow_private;

	/* At least once a second; false: give up. */
	bool (*tick)(void *ctx);
	void *ctx;
};

enum fetch_end {
	FETCH_DONE,
	FETCH_STOPPED,     /* the tick said so */
	FETCH_BAD_URL,     /* or a redirect to one */
	FETCH_REFUSED,     /* its address or port is not for us */
	FETCH_UNREACHABLE, /* DNS, connect, TLS */
	FETCH_TIMEOUT,
	FETCH_STATUS,    /* another one than 200 */
	FETCH_REDIRECTS, /* too many of them */
	FETCH_TOO_LARGE,
	FETCH_CUT, /* the connection broke */
};

/* What came. Zero-initialised but for body, which is empty. */
struct fetch_answer {
	struct buf body;
	char type[FETCH_TYPE_SIZE]; /* Content-Type; "" if there was none */
	int status;                 /* 0: there was no answer */
};

/* Run it. Not more than the first bytes of anything but an answer with the
 * status 200 is read. why gets one line for the log, unless it is DONE. */
MUSTCHECK enum fetch_end fetch_run(const struct fetch_request *request,
    struct fetch_answer *answer, struct buf *why);

#endif
