/*
 * A request to Gemini with a key: where it goes, and with what headers. All
 * that go out are made here.
 */
#ifndef KEYWHEEL_GATEWAY_KEY_REQUEST_H
#define KEYWHEEL_GATEWAY_KEY_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "upstream/exchange.h"

struct settings;

#define KEY_REQUEST_HEADERS 32

struct key_request {
	/* Borrowed. path follows the base URL of the pool and begins with a
	 * slash. */
	const char *pool, *secret;
	const char *method, *path;
	const char *version; /* of the API; NULL: that of the settings */
	bool bearer;         /* the key goes as Authorization: Bearer */
	bool fresh;          /* as struct exchange_request has it */
	const char *body;    /* NULL: none */
	size_t body_len;
	long (*read)(void *ctx, char *bytes, size_t max); /* else this */
	void *read_ctx;
	int64_t read_size;
	const char *body_type; /* NULL: application/json */
	/* Fields of this request alone; the key and CUSTOM_HEADERS win over
	 * them. What does not fit into KEY_REQUEST_HEADERS is left out. */
	const struct exchange_header *more;
	size_t n_more;
	int watch_fd; /* -1: nothing to watch */

	/* private */
	struct buf url;
	struct buf bearer_key;
	struct exchange_header headers[KEY_REQUEST_HEADERS];
};

/* The request as the settings want it; it borrows from r until that is
 * cleared. The proxy is left to egress_run(). */
struct exchange_request key_request_write(
    struct key_request *r, const struct settings *settings);
void key_request_clear(struct key_request *r);

#endif
