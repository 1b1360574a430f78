/* Sessions: who has signed in to the pages. */
#ifndef KEYWHEEL_STORE_SESSIONS_H
#define KEYWHEEL_STORE_SESSIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/crypt.h"

struct db;
struct json_object;

/* Somebody who gives a token. */
struct sign_in {
	const uint8_t *token;   /* its hash, like the next two */
	const uint8_t *session; /* the one that he gets */
	const uint8_t *old;     /* the one that he had; NULL: none */
	const char *source;     /* what is refused after wrong tokens */
	const char *address, *agent;
};

enum sign_in_answer {
	SIGN_IN_DONE,
	SIGN_IN_WRONG,
	SIGN_IN_NO_ADMIN, /* a token, which may not use the pages */
	SIGN_IN_WAIT,     /* not even looked at */
	SIGN_IN_FAILED,   /* db_error() */
};

/* *wait_s: for how long that source is refused from now on. *version: of the
 * settings. */
enum sign_in_answer sessions_sign_in(struct db *db, const struct sign_in *who,
    int64_t *wait_s, int64_t *version);

/* The same for somebody who has signed in and proves once more that he is who
 * he was. */
enum sign_in_answer sessions_prove(struct db *db,
    const uint8_t token[CRYPT_HASH_SIZE], const char *source,
    const char *address, int64_t *wait_s);

struct session {
	int64_t session_id; /* 0: there is none (any more) */
	struct buf name;    /* of its token */
	struct buf said;    /* what is to be shown, once */
	int64_t settings_version;
};

void session_init(struct session *session);
void session_clear(struct session *session);

/* Whose session is it? take: what is to be said is being shown. address: where
 * it is used from, which its token may be limited to; NULL: where it was begun.
 * False on failure. */
MUSTCHECK bool sessions_check(struct db *db,
    const uint8_t hash[CRYPT_HASH_SIZE], bool take, const char *address,
    struct session *session);

/* The hash of its token, for what is asked in its name. False if there is none
 * (any more), or on failure. */
MUSTCHECK bool sessions_token(struct db *db,
    const uint8_t hash[CRYPT_HASH_SIZE], uint8_t token[CRYPT_HASH_SIZE]);

/* The next page of it shows that. */
MUSTCHECK bool sessions_say(
    struct db *db, const uint8_t hash[CRYPT_HASH_SIZE], const char *said);

/* End one session of the same token; 0: all of them. How many, or -1. */
int64_t sessions_end(
    struct db *db, const uint8_t hash[CRYPT_HASH_SIZE], int64_t session_id);

/* The sessions of the same token; NULL on failure. */
struct json_object *sessions_page(
    struct db *db, const uint8_t hash[CRYPT_HASH_SIZE]);

#endif
