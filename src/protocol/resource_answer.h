/*
 * Which resources (protocol/resource_kind.h) an answer of Google's tells
 * about. Bodies are looked through, not parsed.
 */
#ifndef KEYWHEEL_PROTOCOL_RESOURCE_ANSWER_H
#define KEYWHEEL_PROTOCOL_RESOURCE_ANSWER_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* More names than this in one body are not looked at. */
#define RESOURCE_ANSWER_MAX 256

/* An answer. */
struct resource_answer {
	bool made; /* it may be of what the request has made */
	/* … and calls it by an id, without this in front; or NULL. */
	const char *collection;
	bool results;    /* it may name files that are results */
	int64_t wall_ms; /* now, since the epoch */
};

/*
 * Add what is to be remembered of an answer, or of one event of it, to an
 * array for account.remember (store/requests.h): {"name", "kind",
 * "expires_s"}. *found may be NULL before that. It is the caller's.
 */
void resource_answer_scan(struct json_object **found,
    const struct resource_answer *about, const char *body, size_t len);

#endif
