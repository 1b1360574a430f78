/* The state of a conversation, and what its files do for each other: for
 * converse*.c. */
#ifndef KEYWHEEL_GATEWAY_CONVERSE_PARTS_H
#define KEYWHEEL_GATEWAY_CONVERSE_PARTS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "gateway/converse.h"
#include "gateway/events.h"
#include "gateway/live.h"
#include "gateway/media.h"
#include "protocol/pacer.h"
#include "protocol/resource_name.h"

struct converse {
	struct service *service;
	const struct converse_form *form;
	struct live live;
	struct json_object *body; /* the client's */
	struct buf path;          /* upstream */
	struct buf upstream;      /* the body for Gemini */
	size_t upstream_len;      /* … without the token of a further hop */
	bool written;             /* … of the request as it stands */
	int drawn;                /* pictures before the one that comes */
	int64_t max_tokens;       /* the client's limit, 0: none */
	int64_t token_id;         /* the token's owner; 0: not asked yet */
	int64_t key_id;           /* of the attempt that runs, or ran */
	bool signatures_kept; /* … of the answer: nothing is left to note */
	struct media media;   /* what was fetched for the request */
	struct chat_request request;
	struct json_object *learned; /* what it was refused for, or NULL */
	struct json_object *quirks;  /* … of it what the model never takes */
	bool bypass;                 /* … the signatures of its history */
	struct json_object *wish;    /* what it would recall, or NULL */
	struct json_object *memory;  /* for later requests, or NULL */
	struct resource_names names; /* of what projects hold */
	struct api_error refusal;    /* by settings that have changed */
	void *answer;                /* of the form's kind */
	struct events events[GEMINI_MAX_CHOICES]; /* of the lanes */
	int lane;                                 /* … whose event it is */
	struct buf *out;                          /* of the feed that runs */
	struct pacer pacer;
};

/* converse_request.c */

/* Translate the client's body by the settings in force. False, and nothing
 * is changed but *error, if it is refused. */
bool converse_translate(struct converse *c, struct api_error *error);

/* What is refused by our settings may be legal by those in force: ask for
 * them, and whether there is a client at all. */
MUSTCHECK bool converse_translate_again(
    struct converse *c, struct api_error *error);

/* The largest event of Gemini's that is held, in bytes. */
size_t converse_largest_event(const struct converse *c);

/* Members of the relay's task, and of struct live. */
void converse_settings_changed(void *ctx);
bool converse_admit(void *ctx, struct api_error *error);
void converse_leased(void *ctx, const struct lease *lease);

/* converse_cache.c: a member of struct live. */
bool converse_cacheable(void *ctx, struct response_key *key);

/* converse_picture.c: a member of struct chat_stamp. */
bool converse_put_picture(void *ctx, const char *mime, const char *base64,
    size_t len, struct buf *url);

/* converse_repair.c: two members of the relay's task. */
bool converse_repair(void *ctx, const char *message);
struct json_object *converse_remember(void *ctx, bool answered);

/* The answer is complete, and its client does not have its end yet: keep the
 * signatures of its calls now. The next turn may come before the account is
 * written. */
void converse_keep_signatures(struct converse *c);

#endif
