/*
 * The two round trips of a request: begin (token, settings version, key) and
 * end (account, verdict, lease); and the one between attempts.
 */
#ifndef KEYWHEEL_STORE_REQUESTS_H
#define KEYWHEEL_STORE_REQUESTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "store/token_rates.h"

struct db;
struct json_object;

#define REQUEST_MAX_TRIED 32

/* Who asks for what; borrowed during a call. */
struct request_facts {
	int64_t responder;    /* this process, for open leases */
	const char *id;       /* UUID */
	const uint8_t *token; /* CRYPT_HASH_SIZE bytes; NULL: see upload */
	const char *pool;
	/* Those whose turn it is when no key of that one is free, with commas
	 * between them; NULL: none. */
	const char *more_pools;
	const char *model;
	const char *route; /* "openai.chat", "gemini.generateContent" */
	bool streamed;
	int64_t ttl_ms; /* the lease is lost after that */
	int64_t tokens; /* of input, estimated, for the ledger */
	/* How long it may still wait for a key that rests; 0: not at all. */
	int64_t max_wait_ms;
	int size_class; /* of the prompt: deadline_class(); -1: none */
	bool whole;     /* Gemini is asked for the answer in one piece */
	/* What the request would like to have back of what end() remembered:
	 * {"conversation": hex, "calls": [call ids, the newest last]}; or
	 * NULL. The key that goes with it is preferred, by
	 * CONVERSATION_AFFINITY. */
	struct json_object *recall;
	/* What the request names of what projects hold at Google: an array of
	 * names such as "files/abc", or NULL. Only keys of the project that
	 * has it all are leased; what is not known says nothing. */
	struct json_object *resources;
	/* A kind of such things: the project is preferred in which the token
	 * has most recently made one. NULL: none is. */
	const char *sticky;
	/* The session of an upload, "uploads/…": who began it is asking,
	 * whatever the token. NULL: there is none. */
	const char *upload;
	/* Where the client is (service.address), and whether the request may
	 * have a model asked that it does not name: some tokens may not. */
	const char *address; /* NULL: not known */
	bool unnamed;
	const char *client_id; /* the client's own id of it, or NULL */
	/* The key that made what resources name, for all calls after the first
	 * (lease.owner); 0: none. */
	int64_t owner;
};

enum lease_answer {
	LEASE_GIVEN,
	LEASE_UNAUTHORIZED, /* the token is none of ours, or no longer: why */
	LEASE_REFUSED,      /* the token may not: why, allowed, wait_ms */
	LEASE_NONE,         /* the pools have no active key that may serve */
	LEASE_RESTING,      /* all keys rest */
	LEASE_TRIED,        /* this request has had all that are free */
	LEASE_WAIT,         /* … but requests_wait() after wait_ms may help */
	LEASE_APART,        /* no project has all that the request names: why */
	LEASE_NOT_YOURS,    /* another token made what it names: why */
	LEASE_NO_UPLOAD,    /* nobody has begun that upload */
	LEASE_UNREADABLE,   /* the key cannot be opened: other master key */
	LEASE_NO_DATABASE,
};

struct lease {
	enum lease_answer answer;
	int64_t settings_version;
	int64_t token_id;
	int64_t key_id;
	char pool[32];   /* of the key; without one, that which was asked, "" if
			    there were several */
	char hint[16];   /* of the key, for people */
	char *secret;    /* the key itself; lease_clear wipes it */
	int faults;      /* of the key, in a row */
	int64_t wait_ms; /* RESTING, TRIED: until the first key is free;
			    REFUSED: until the limit has room, 0: never */
	char allowed[40]; /* REFUSED: what the limit allows, a number, or money
			     with its currency */
	bool long_rest;   /* … and that is not soon */
	char why[256];    /* … and what for: the reason of the rest that ends
			     first, "" if nothing rests. NONE: "not_offered"
			     if none of the keys may serve the model,
			     "owner_gone" if none is left of the project that
			     has what the request names. APART, NOT_YOURS: names
			     that it names. UNAUTHORIZED, REFUSED: as
			     token.why. */
	int64_t owner;    /* the request is bound to this key's project; 0: to
			     none. Kept by the later calls. */
	bool metered;     /* the key's limits are counted in the ledger */
	bool counted;     /* the token's are: account.charged is to say so */
	struct token_rates rates; /* … and what is left of them */
	/* Whose quota the key counts for: "project/…", or "key/…" where the
	 * project is not known. Signatures are bound to it. */
	char scope[128];
	/* What was recalled: {"bypass": true, "signatures": {call id:
	 * {"signature": text, "scope": text, "model": text}}}; NULL: nothing.
	 * Owned. */
	struct json_object *recalled;
};

/* The first attempt. lease is overwritten; clear it when done. */
void requests_begin(struct db *db, const struct master_key *master,
    const struct request_facts *facts, struct lease *lease);

/* A later one: verdict (JSON for keywheel.apply_verdict, may be NULL) is put
 * in force, then a key that is not among tried is leased. token_id, the
 * settings version and what was recalled are kept in lease. */
void requests_retry(struct db *db, const struct master_key *master,
    const struct request_facts *facts, struct json_object *verdict,
    const int64_t *tried, int n_tried, struct lease *lease);

/* After LEASE_WAIT: wait_ms have passed, is it the request's turn? Any answer
 * but LEASE_WAIT ends the waiting. */
void requests_wait(struct db *db, const struct master_key *master,
    const struct request_facts *facts, struct lease *lease);

/* One who waits has gone: others need not wait behind him. */
MUSTCHECK bool requests_leave_line(
    struct db *db, const struct request_facts *facts);

/* Up to n more keys for the same attempt, besides those among tried, which
 * may be fewer or none: it does not wait for any. Their number; they are in
 * leases, each LEASE_GIVEN and to be cleared. */
int requests_lease_more(struct db *db, const struct master_key *master,
    const struct request_facts *facts, const int64_t *tried, int n_tried,
    struct lease *leases, int n);

void lease_clear(struct lease *lease);

/* How it ended: one row. */
struct account {
	int64_t started_ms; /* wall clock */
	int64_t token_id;   /* 0: none */
	int64_t key_id;     /* 0: none */
	const char *outcome;
	int status;
	int attempts;
	int64_t prompt, cached, thought, answer; /* tokens */
	int64_t first_byte_ms;                   /* -1: none came */
	int64_t total_ms;
	/* Silences of Gemini; -1: not measured. */
	int64_t upstream_first_ms; /* deadline_sample() */
	int64_t longest_gap_ms;    /* between pieces of an answer */
	int64_t own_us, db_us; /* ours of its time, and of that the database's;
				  before this call */
	const char *client_id; /* the client's own id of it, or NULL */
	const char *detail;    /* redacted, or NULL */
	struct json_object *failed;  /* array for keywheel.attempts, or NULL */
	struct json_object *verdict; /* on the last key, or NULL */
	/* What later requests may recall, or NULL:
	 * {"conversation": hex, "bypass": true,
	 *  "signatures": {call id: signature},
	 *  "quirks": ["no_logprobs", …]} of the model,
	 *  "resources": [{"name", "kind", "expires_s" (absent: it stays),
	 *  "facts"}], what there is now at Google, "seen": [the same of
	 *  what was there already: the newest of its end and facts],
	 *  "forget": [names], what is not}. Each member is
	 * optional; what is too large or too much (store/memory.h) is not
	 * kept. All but quirks goes with token_id and key_id. */
	struct json_object *remember;
	/* What the ledger is to count in the place of facts.tokens, or NULL:
	 * {"estimate": tokens, "keys": [{"scope", "ago_ms", "tokens",
	 * "again"}]}, for keys that were leased so long ago; again: calls
	 * after the first. "counted": the tokens that it used, for the limits
	 * of the token, null: not known. */
	struct json_object *charged;
	/* What the request had sent, sealed, if that is to be kept, or NULL;
	 * and how many bytes it was. */
	const struct buf *body;
	int64_t body_size;
};

/* Written, or kept until the database is there (store/owed.h). */
MUSTCHECK bool requests_end(struct db *db, const struct request_facts *facts,
    const struct account *account);

/* A responder starts: what one of the same number left open is accounted; if
 * the database is away, before the first lease (store/owed.h). */
MUSTCHECK bool requests_recover(struct db *db, int64_t responder);

/* Have the server's side of this connection plan what requests will call; a
 * cold one needs several times as long for its first. Nothing is kept of it. */
MUSTCHECK bool requests_warm_up(struct db *db);

/* The minute's housekeeping, if it is due: then *done is true. What it leaves
 * for the next time is due at once. */
MUSTCHECK bool requests_maintain(struct db *db, bool *done);

struct health {
	int schema_version;
	int least_schema; /* that a program must know; 0: not told */
	char sealing[20]; /* id of the master key that seals; "": any */
	int64_t settings_version;
	int64_t keys_active, keys_all;
};

MUSTCHECK bool requests_health(struct db *db, struct health *health);

#endif
