/*
 * What a conversation asks back of earlier requests when its key is leased,
 * and what it leaves for later ones (contract section 1.7): thought
 * signatures by call id, the key it had, what its model has refused.
 */
#ifndef KEYWHEEL_GATEWAY_RECALL_H
#define KEYWHEEL_GATEWAY_RECALL_H

#include <json-c/json.h>
#include <stdbool.h>

#include "protocol/chat_request.h"

struct service;

/* For request_facts.recall; NULL: nothing. The caller owns it. req->gemini
 * must be there still. Whether a key is preferred is the database's to say:
 * the settings in force are not known before the lease. */
struct json_object *recall_wish(
    const struct service *s, const struct chat_request *req);

/* What an answered request has found out; members may be NULL. */
struct recall_notes {
	struct json_object *wish;       /* of this request; borrowed */
	struct json_object *signatures; /* {call id: signature}; borrowed */
	struct json_object *quirks;     /* list of names; borrowed */
	bool bypass;                    /* the signatures were refused */
};

/* For account.remember; NULL: nothing. The caller owns it. */
struct json_object *recall_remember(
    const struct service *s, const struct recall_notes *notes);

#endif
