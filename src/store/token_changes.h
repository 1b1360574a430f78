/* Making tokens and changing what they may (sql/functions/073_tokens.sql). */
#ifndef KEYWHEEL_STORE_TOKEN_CHANGES_H
#define KEYWHEEL_STORE_TOKEN_CHANGES_H

#include <stdint.h>

#include "base/crypt.h"

struct db;
struct json_object;

enum token_change {
	TOKEN_CHANGED,
	TOKEN_CHANGED_AGAIN, /* by this form, before: nothing is done now */
	TOKEN_CHANGE_TAKEN,  /* the name is */
	TOKEN_CHANGE_GONE,   /* there is none, or it is revoked */
	TOKEN_CHANGE_STALE,  /* somebody else has changed it meanwhile */
	TOKEN_CHANGE_LAST,   /* nobody could sign in any more */
	TOKEN_CHANGE_OWN,    /* the one who asks could not */
	TOKEN_CHANGE_ENV,    /* its secret is that of .env */
	TOKEN_CHANGE_FAILED, /* db_error() */
};

/* A secret that is being given out. */
struct token_secret {
	const struct master_key *master;
	const char *text;
	const char *form; /* UUID of what asks for it, or NULL */
};

/* rules: what keywheel.put_token_rules() takes, with a name. *token_id: of the
 * one that was made, now or before. origin: "cli", "page". */
enum token_change token_create(struct db *db, const struct token_secret *secret,
    const char *origin, struct json_object *rules, int64_t *token_id);

/* version: of what was seen; 0: whatever it is. from: where the one is who
 * asks; NULL: nowhere that could be shut out. */
enum token_change token_change(struct db *db, int64_t token_id, int64_t version,
    struct json_object *rules, const char *from);

/* A new secret; the old one is good for keep_s more. Then, or if it is not,
 * the sessions that it has begun are over, but that one (a hash, or NULL). */
enum token_change token_rotate(struct db *db, int64_t token_id, int64_t version,
    const struct token_secret *secret, int64_t keep_s, const uint8_t *session);

/* The token in use of that name; 0: there is none; -1: db_error(). */
int64_t token_named(struct db *db, const char *name);

#endif
