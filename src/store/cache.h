/* The response cache in the database: what it holds is sealed already. */
#ifndef KEYWHEEL_STORE_CACHE_H
#define KEYWHEEL_STORE_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "store/requests.h"

struct db;

struct cache_question {
	const uint8_t *token;     /* CRYPT_HASH_SIZE bytes */
	const uint8_t *hash;      /* … over all that shapes the answer */
	int64_t settings_version; /* by which the hash was made */
	int64_t ttl_s, admit;     /* RESPONSE_CACHE_TTL, _ADMIT */
	int64_t max_age_s;        /* no older answer will do; -1: any */
	/* Of the request that asks: its token is to be good for that. */
	const struct request_facts *facts;
};

struct cache_found {
	int64_t settings_version; /* not that of the question: ask again */
	int64_t token_id;         /* 0: nobody's token */
	bool hit;
	bool keep;     /* no hit; the answer to come is to be kept */
	int64_t age_s; /* of the hit */
	bool counted;  /* as in struct lease */
	struct token_rates rates;
	struct buf sealed; /* the hit; the caller clears it */
};

/* False on failure. */
MUSTCHECK bool cache_look(
    struct db *db, const struct cache_question *q, struct cache_found *found);

/* Keep a sealed answer; token_id 0: it is anybody's with a token. */
MUSTCHECK bool cache_keep(struct db *db, const struct cache_question *q,
    int64_t token_id, const char *model, const struct buf *sealed,
    int64_t max_bytes);

/* Account for a request that was answered from the cache. */
MUSTCHECK bool cache_hit(struct db *db, const struct request_facts *facts,
    const struct account *account, const uint8_t *hash);

/* The tokens that do not go by the models: {hash in hex: boolean}. NULL on
 * failure; the caller owns it. */
struct json_object *cache_tokens_load(struct db *db);

enum cache_switch { CACHE_BY_MODEL, CACHE_ON, CACHE_OFF };

/* Switch a token's cache. False if there is no such token in use, or (*failed)
 * on failure. */
MUSTCHECK bool cache_switch_token(
    struct db *db, const char *name, enum cache_switch to, bool *failed);

#endif
