/*
 * Posting a short JSON text to a URL of the operator's own, and reading the
 * short answer.
 *
 * Private addresses will do, but not those that nobody means (ADDRESS_NEVER of
 * upstream/address.h: among them the metadata services of clouds). Only http
 * and https; redirects are not followed: the URL is a secret, and so may be the
 * text. Egress proxies are for calls to Gemini and are not used, nor is the
 * environment looked at.
 */
#ifndef KEYWHEEL_UPSTREAM_WEBHOOK_H
#define KEYWHEEL_UPSTREAM_WEBHOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"

/* More of an answer is not read. */
#define WEBHOOK_MAX_ANSWER ((size_t)64 * 1024)

/* When somebody else wants the process and all was sent, the answer has so
 * long. */
#define WEBHOOK_GRACE_MS 1000

/* Everything is borrowed. */
struct webhook {
	const char *url;
	const char *bearer; /* of Authorization; NULL: none */
	const char *body;   /* JSON */
	size_t len;
	long total_ms;

	/* At least once a second; true: give up. May be NULL. */
	bool (*stop)(void *ctx);
	void *ctx;
};

enum webhook_end {
	WEBHOOK_ANSWERED,
	WEBHOOK_FAILED,
	WEBHOOK_STOPPED, /* stop() said so before all was sent */
};

struct webhook_answer {
	int status;
	int64_t retry_after_s; /* 0: it does not say */
	struct buf body;       /* what came of it, up to the ceiling */
};

/* Run it. The answer's body is initialised here and to be cleared by the
 * caller. why: a line for people, without the URL, unless there is an
 * answer. */
MUSTCHECK enum webhook_end webhook_run(const struct webhook *webhook,
    struct webhook_answer *answer, struct buf *why);

#endif
