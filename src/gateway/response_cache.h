/*
 * The response cache: an answer of Gemini's that was given before goes through
 * the relay once more, without a key. What is kept is what Gemini has sent, so
 * that the client gets the same events as then, in its API's form, with ids and
 * times of their own.
 *
 *   ask ─▶ hit ──▶ the relay's lease and exchange are played ─▶ a row without
 *     │                                                          attempts
 *     └──▶ miss ─▶ lease, exchange; what comes is noted ─▶ kept, if complete
 *                                                            and asked for
 * often
 *
 * Where it is off for the token and the model nothing is done at all.
 */
#ifndef KEYWHEEL_GATEWAY_RESPONSE_CACHE_H
#define KEYWHEEL_GATEWAY_RESPONSE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "gateway/outcome.h"
#include "store/requests.h"
#include "upstream/exchange.h"

struct json_object;
struct live;

/* What tells one request from another: a keyed hash, to which all that shapes
 * the answer is added piece by piece. */
struct response_key {
	const struct master_key *master;
	uint8_t hash[CRYPT_HASH_SIZE];
};
void response_key_add(struct response_key *key, const char *bytes, size_t len);

/* Add the client's body, and the request as Gemini is to get it (the same
 * object, if so). False if the latter is none for the cache, or they are
 * larger than anything that is asked twice. */
MUSTCHECK bool response_key_add_bodies(struct response_key *key,
    struct json_object *body, struct json_object *gemini);

/* The same of a body of Gemini's own API, which is both; false also if it does
 * not want the same answer each time. */
MUSTCHECK bool response_key_add_native(
    struct response_key *key, const struct buf *body);

/* Of one request; for live*.c. */
struct response_cache {
	bool asked; /* and the client is told what came of it */
	bool hit;
	bool keep; /* no hit; the answer is to be kept */
	uint8_t hash[CRYPT_HASH_SIZE];
	int64_t token_id, age_s;
	/* A hit's, or what is being noted: the type, a line break, the bytes
	 * of the body. */
	struct buf answer;
	int sends; /* exchanges with Gemini */
};

/* Is there an answer? To be asked before the lease, and again when that has
 * brought other settings. The settings may change by it. */
void response_cache_ask(struct live *live);

/* With a hit: what stands for a lease. False: there is no hit. */
bool response_cache_lease(struct live *live, struct lease *lease);

/* The exchange: the hit's is played; else Gemini is asked, and its answer noted
 * if need be. */
void response_cache_send(struct live *live, const struct lease *const *keys,
    int n, const struct exchange_many_sink *sink);

/* The header fields that say so. */
void response_cache_tell(const struct live *live);

/* The end of a request. True: it was answered from here, and is accounted for;
 * else the answer is kept if it may be. */
bool response_cache_end(
    struct live *live, const struct account *account, enum outcome outcome);

void response_cache_clear(struct live *live);

#endif
