/*
 * The calls of the model's last turn, and their results: Gemini wants as many
 * as there were calls, in one turn, right after it (contract section 1.2).
 */
#ifndef KEYWHEEL_PROTOCOL_CHAT_RESULTS_H
#define KEYWHEEL_PROTOCOL_CHAT_RESULTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/chat_turns.h"

struct chat_build;

/* A call can be found by either. */
enum call_key { CALL_ID, CALL_NAME, CALL__KEYS };

struct open_call {
	struct json_object *call;     /* functionCall; a reference */
	struct json_object *response; /* the part; NULL: none came yet */
	struct json_object *media;    /* parts to stand beside it, or NULL */
	long next[CALL__KEYS];        /* the next of the same key, or -1 */
};

/* Zero-initialised = no calls are open. */
struct chat_results {
	struct open_call *list;
	size_t count, room;
	struct json_object *first[CALL__KEYS]; /* {key: place}; NULL: no result
						  came yet */
	struct json_object *held; /* parts that wait for the results */
};

void chat_results_clear(struct chat_results *r);

/* Wait for the result of a functionCall part. False if memory ran out. */
MUSTCHECK bool chat_results_expect(
    struct chat_results *r, struct json_object *part);

/* True while calls wait for results, or results for the end of their turn. */
bool chat_results_open(const struct chat_results *r);

/* True once the first of the results is there. */
bool chat_results_begun(const struct chat_results *r);

/* Take messages[i], of role tool or (legacy) function, as the result of a
 * call. False with *b->error set if it answers none, or is refused. */
MUSTCHECK bool chat_results_take(struct chat_results *r, struct chat_build *b,
    struct json_object *message, size_t i, bool legacy);

/* Keep the parts of a user's turn until the results are complete; takes them
 * over. */
void chat_results_hold(struct chat_results *r, struct json_object *parts);

/* No more results will come: add the turn that holds them, in the order of
 * the calls, and what has waited. False with *b->error set if one is missing
 * that may not be made up. */
MUSTCHECK bool chat_results_close(struct chat_results *r,
    const struct chat_build *b, struct chat_turns *turns);

#endif
