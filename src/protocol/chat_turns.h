/*
 * The turns of a conversation as Gemini wants them (contract section 1.2):
 * merged where two of one role follow each other, and put in order as a
 * whole.
 */
#ifndef KEYWHEEL_PROTOCOL_CHAT_TURNS_H
#define KEYWHEEL_PROTOCOL_CHAT_TURNS_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/json.h"

struct chat_build;

struct chat_turns {
	struct json_object *system;   /* parts of the instruction */
	struct json_object *contents; /* the turns */
	bool sealed;                  /* nothing is merged into the last one */
};

void chat_turns_init(struct chat_turns *t);
void chat_turns_clear(struct chat_turns *t);

/* Append a turn; takes parts over. It is merged with the last one if that is
 * of the same role and not sealed; without parts it is none. */
void chat_turns_add(
    struct chat_turns *t, const char *role, struct json_object *parts);

/* Append parts to the instruction; takes them over. */
void chat_turns_add_system(struct chat_turns *t, struct json_object *parts);

/* When all turns are there: bring the conversation into the form that the
 * model wants, and write `systemInstruction` (where there is one) and
 * `contents`. False with *b->error set if nobody said anything. */
MUSTCHECK bool chat_turns_write(struct chat_turns *t,
    const struct chat_build *b, struct json_object *gemini);

#endif
