/*
 * Thought signatures of a request's history (contract section 1.7). Gemini 3
 * and later refuse a function call of theirs that comes back unsigned, so
 * each is signed with what the client gave, else with what was remembered,
 * else with a word that Gemini lets pass.
 */
#ifndef KEYWHEEL_PROTOCOL_CHAT_SIGNATURES_H
#define KEYWHEEL_PROTOCOL_CHAT_SIGNATURES_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct chat_request;

/* A part that may carry a signature. */
struct signed_part {
	struct json_object *part; /* of req->gemini; a reference */
	struct json_object *own;  /* as the client signed it, or NULL */
	size_t message;           /* the client's message that it is of */
};

/* All calls, and the texts that were signed, in their order; only of models
 * that want signatures. Zero-initialised = none. */
struct chat_signatures {
	struct signed_part *list;
	size_t count, room;
};

/* Note a part of the message with that number, with the signature it has.
 * False if memory ran out. */
MUSTCHECK bool chat_signatures_note(
    struct chat_signatures *s, struct json_object *part, size_t message);
void chat_signatures_clear(struct chat_signatures *s);

/* The ids of the newest 256 calls of the history, the newest last: what may
 * be remembered of them is to be recalled. The caller owns the array; NULL if
 * the model wants no signatures or nothing was called. */
struct json_object *chat_signatures_recall(const struct chat_request *req);

/*
 * Sign the calls in req->gemini. recalled is what was remembered, or NULL:
 *   {"signatures": {call id: {"signature", "scope", "model"}}, "bypass": bool}
 * A signature counts for its model and scope only, where scope names the
 * project (or key) that the request is sent with; one of the client's that is
 * known to be of another is not sent. With bypass all are replaced by the
 * word that Gemini lets pass. May be called again, for another scope.
 */
void chat_signatures_apply(
    struct chat_request *req, struct json_object *recalled, const char *scope);

#endif
