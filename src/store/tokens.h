/* Tokens: what we issue to clients. */
#ifndef KEYWHEEL_STORE_TOKENS_H
#define KEYWHEEL_STORE_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/crypt.h"

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

struct token {
	int64_t token_id; /* 0: nobody's */
	bool admin;
	int64_t settings_version;
};

/* Whose token is it? hash: CRYPT_HASH_SIZE bytes. False on failure. */
MUSTCHECK bool tokens_check(
    struct db *db, const uint8_t *hash, struct token *token);

#endif
