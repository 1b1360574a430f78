/*
 * Calls to Gemini outside of a request: with a key that was chosen already,
 * answered whole, several side by side. For probes and jobs.
 */
#ifndef KEYWHEEL_GATEWAY_DIRECT_H
#define KEYWHEEL_GATEWAY_DIRECT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "pool/error_body.h"
#include "pool/verdict.h"
#include "upstream/exchange.h"

struct db;
struct master_key;
struct settings;

/* The way to Gemini; everything is borrowed. */
struct direct {
	struct upstream *upstream;
	const struct settings *settings;
	/* For the egress proxies. */
	struct db *db;
	const struct master_key *master;
	int limit_ms; /* for all calls that run at once */
	/* Asked about ten times a second; true ends the calls. May be NULL. */
	bool (*stop)(void *ctx);
	void *ctx;
};

struct direct_call {
	/* What is asked: path follows the pool's base URL; body NULL makes it
	 * a GET, else it is JSON for a POST. Borrowed. */
	const char *pool, *secret, *path, *body;
	const char *method; /* NULL: by the body */
	bool file_route;    /* the path names a file, cache, operation */
	const char *scope;  /* the key's: it goes by that proxy */

	/* What came: ATTEMPT_ANSWERED with a JSON object, its bytes in
	 * answer; ATTEMPT_CLIENT_GONE if stop() ended it; and so on. */
	enum attempt_end end;
	int status;
	struct buf answer;
	struct verdict verdict;
	struct buf evidence; /* Google's words, redacted and short */
};

/* Run n calls, 1 to EXCHANGE_LANES, to their ends. Each is to be cleared
 * afterwards. */
void direct_run(const struct direct *way, struct direct_call *calls, int n);
void direct_clear(struct direct_call *call);

#endif
