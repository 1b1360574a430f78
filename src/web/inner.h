/*
 * A request that does not come by the web server: we make it ourselves, in
 * the middle of another one, and hear its answer by functions. It is served
 * as any other is; where it comes from (REMOTE_ADDR, the host) is what the
 * other one says, but none of that one's header fields is its own.
 */
#ifndef KEYWHEEL_WEB_INNER_H
#define KEYWHEEL_WEB_INNER_H

#include <stdbool.h>
#include <stddef.h>

struct web_inner {
	const char *method;
	const char *path;         /* percent-encoded, without a query */
	const char *query;        /* "": none */
	const char *content_type; /* of the body */
	const char *body;
	size_t body_len;

	/* The answer. write: false if nobody wants it any more. */
	void *ctx;
	void (*start)(void *ctx, int status);
	void (*header)(void *ctx, const char *name, const char *value);
	bool (*write)(void *ctx, const char *bytes, size_t len);
	bool broken; /* it was broken off */

	/* private */
	size_t read;
	char size[24];
};

/* Does it answer for this CGI variable, and not the one that it is made for? */
bool inner_has(const char *name);

/* Its CGI variable, or NULL. */
const char *inner_variable(struct web_inner *inner, const char *name);

/* The next bytes of its body; 0 at the end. */
long inner_read(struct web_inner *inner, char *bytes, size_t max);

#endif
