/* Pictures and files that clients name by URL and Gemini does not fetch. */
#ifndef KEYWHEEL_GATEWAY_MEDIA_H
#define KEYWHEEL_GATEWAY_MEDIA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/crypt.h"
#include "protocol/chat_request.h"

struct service;

/* What has been fetched for a request. Zero-initialised: nothing yet. */
struct media {
	struct media_row {
		char *url;
		size_t size;              /* of what was fetched */
		struct json_object *data; /* {"mimeType":…,"data":…} */
	} rows[CHAT_FETCH_ROWS];
	size_t n;
	bool closed; /* by the caller: nothing more shall be fetched */
};

/*
 * Fill the places in req for what the gateway has to fetch. Nothing is fetched
 * for somebody whose token is not good: *token_id is its owner then. If asking
 * for that brought new settings, nothing is filled: translate by them, and
 * call again. The ceilings are FETCH_TIMEOUT and FETCH_MAX_MB for each URL,
 * TIME_OUT and MAX_BODY_MB for all.
 *
 * To be called again, with the same media, whenever the client's body was
 * translated anew: what has been fetched is not fetched again.
 *
 * False with *error set (FAULT_CLIENT_GONE if the client has left meanwhile).
 */
MUSTCHECK bool media_fetch(struct media *media, struct service *s,
    const uint8_t token[CRYPT_HASH_SIZE], int64_t *token_id,
    struct chat_request *req, struct api_error *error);

void media_clear(struct media *media);

#endif
