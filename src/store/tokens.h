/* Tokens: what we issue to clients. */
#ifndef KEYWHEEL_STORE_TOKENS_H
#define KEYWHEEL_STORE_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/crypt.h"
#include "store/token_rates.h"

struct db;
struct json_object;

enum token_added {
	TOKEN_ADDED,
	TOKEN_RESTORED,
	TOKEN_KNOWN,
	TOKEN_NAME_TAKEN,
	TOKEN_FAILED
};

enum token_added tokens_add(struct db *db, const struct master_key *master,
    const char *name, const char *token, bool admin, const char *origin);

/* False if there is no such token in use, or (*failed) on failure. */
MUSTCHECK bool tokens_revoke(struct db *db, const char *name, bool *failed);

/* Revoke those of that origin and kind that are not among the n tokens; how
 * many, or -1. */
int64_t tokens_revoke_except(struct db *db, const struct master_key *master,
    const char *origin, bool admin, const char *const *tokens, size_t n);

/* A JSON array, without secrets; NULL on failure. The caller owns it. */
struct json_object *tokens_list(struct db *db);

/* Who wants to come in. Borrowed. */
struct token_question {
	const uint8_t *hash; /* CRYPT_HASH_SIZE bytes */
	const char *address; /* where the client is; NULL: not known */
	/* The request that it counts for, by the token's limits, once, however
	 * often that is asked. NULL: it is not counted. */
	const char *request_id;
	int64_t responder;
	int64_t ttl_ms; /* it is over, or has a lease, after that */
};

struct token {
	int64_t token_id; /* 0: nobody's, or it may not: why */
	int64_t whose;    /* … for the account */
	bool admin;
	int64_t settings_version;
	/* Why not: "" (nobody's), "expired", "disabled", "revoked", "rotated";
	 * "address", "model"; or the limit that has no room:
	 * "requests_per_minute", "requests_per_day", "tokens_per_minute",
	 * "tokens_per_day", "concurrent_requests", "budget". */
	char why[32];
	char allowed[40]; /* by that limit; as in struct lease */
	int64_t wait_ms;  /* until it has room; 0: it never will */
	bool counted;     /* account.charged is to say so */
	struct token_rates rates;
	/* The models that it may use, names or beginnings with an asterisk;
	 * NULL: all. The caller owns it. */
	struct json_object *models;
};

/* Whose token is it? False on failure. */
MUSTCHECK bool tokens_check(
    struct db *db, const struct token_question *question, struct token *token);

/* Take what the next token's month has cost from the account, of those behind
 * that id that have a budget. Its id; 0: there is none, -1: the database
 * failed. */
int64_t tokens_recount_budget(struct db *db, int64_t after);

/* Is the model among those (token.models)? */
bool tokens_may_use(struct json_object *models, const char *model);

#endif
