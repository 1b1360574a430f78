/*
 * The relay's neighbours as they really are: the database, libcurl, the web
 * server. A handler says what to send and how to understand the answer; this
 * does the rest.
 */
#ifndef KEYWHEEL_GATEWAY_LIVE_H
#define KEYWHEEL_GATEWAY_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/crypt.h"
#include "gateway/relay.h"
#include "gateway/response_cache.h"
#include "pool/pool_choice.h"

struct service;

/* The leases that the ledger has counted. */
#define LIVE_MAX_CHARGES 64
struct live_charges {
	struct {
		int64_t key_id;
		char scope[128]; /* as the lease says */
		int64_t at_ms;   /* monotonic */
		int64_t tokens;  /* that it has counted, estimated */
		int weight;      /* of each call: live.weight */
		int calls;       /* to Gemini, with that lease */
		bool served;     /* a part of the answer came of it */
	} of[LIVE_MAX_CHARGES];
	int n;
	int main, more; /* where the last attempt's begin: its key, its lanes */
	bool parts;     /* the answer is made of several */
};

struct live {
	struct service *service;
	enum api_dialect dialect;
	const char *route; /* for the account */
	const char *model; /* the database's name; "-" if there is none */
	/* By what its pools are chosen (pool/pool_choice.h): the pool that it
	 * asks for, or NULL; Gemini's name of the model, or NULL; does it want
	 * a tier of service? */
	const char *pool, *pool_model;
	bool tier;
	/* What the client calls its prompt, for a refusal of Gemini's that is
	 * about that; NULL: what the dialect calls it. */
	const char *prompt_field;
	uint8_t token[CRYPT_HASH_SIZE];

	/* What goes to Gemini. path follows the base URL of the key's pool and
	 * begins with a slash; it may hold a query. */
	const char *method;
	const char *path;
	const char *version; /* of the API; NULL: that of the settings */
	bool bearer;         /* the key goes as Authorization: Bearer */
	const char *body;    /* NULL: none */
	size_t body_len;
	const char *body_type; /* of the body; NULL: application/json */
	/* Further fields of its head (gateway/key_request.h). */
	const struct exchange_header *headers;
	size_t n_headers;
	/* A body that is read while it goes out, in the place of body (struct
	 * exchange_request); NULL: there is none. The request may take so
	 * much longer for it. */
	long (*read)(void *ctx, char *bytes, size_t max);
	void *read_ctx;
	int64_t read_size;
	int64_t read_ms;
	int64_t tokens; /* its input, estimated (protocol/token_estimate.h) */
	int weight;     /* as how many requests Google counts a call; 0: one */

	/* The whole request may take no longer than this either; 0: what the
	 * settings and the client say. */
	int64_t limit_ms;

	/* The answer is fetched whole although the client gets a stream: it
	 * may take its time, and there are signs of life meanwhile. */
	bool fake_stream;

	/* What the request would like to recall, for request_facts; NULL:
	 * nothing. */
	struct json_object *recall;

	/* Whose keys may have it, for request_facts. */
	struct json_object *resources;
	const char *sticky, *upload;

	/* It may have a model asked that it does not name. */
	bool unnamed;

	/* What goes to the client with the first byte. */
	const char *content_type; /* of the answer */
	const char *adjusted;     /* what was dropped for the model, or NULL */
	int64_t stale_s;          /* the age of what should be newer, or 0 */
	/* Further fields, borrowed. */
	const struct exchange_header *answer_headers;
	size_t n_answer_headers;

	/* Add what tells the request from others, besides path, token and
	 * settings (gateway/response_cache.h). False: its answer is not to be
	 * given again. ctx: the task's. NULL: so it is with all of the kind. */
	bool (*cacheable)(void *ctx, struct response_key *key);

	/* The settings changed: put them in force for this request. May be
	 * NULL. */
	void (*settings_changed)(void *ctx);

	/* private */
	const struct relay_task *task;
	bool patient;
	struct relay_policy policy;
	struct request_facts facts;
	struct pool_choice choice;
	struct live_charges charges;
	struct response_cache cache;
	int64_t started_ms;
	int64_t waits_ms; /* since when it waits for a key */
};

/* Run the request. The first-byte deadline is the total one where the whole
 * answer comes at once (patient). */
void live_run(struct live *live, const struct relay_task *task, bool patient);

/* The row of a request that was answered without Gemini. */
void live_answered(
    struct service *s, const char *route, const char *model, int64_t token_id);

/* The row of a request that was refused before it came to a lease. */
void live_refused(struct service *s, const char *route, const char *model,
    bool streamed, int64_t token_id, enum api_dialect dialect,
    const struct api_error *error);

#endif
