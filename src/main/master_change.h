/*
 * What the commands `keywheel master-key …` share: the file's keys, the
 * database as its owner, and what is sealed with which of them.
 */
#ifndef KEYWHEEL_MAIN_MASTER_CHANGE_H
#define KEYWHEEL_MAIN_MASTER_CHANGE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/master_ring.h"
#include "main/cli.h"
#include "store/sealed.h"

struct change {
	struct cli *cli;
	struct db *db; /* as the owner */
	const struct master_ring *ring;
	char sealing[20]; /* which key seals now */
	/* How many the file had at first, and the last of them: the ring
	 * follows the file. */
	size_t n;
	char newest[MASTER_ID_SIZE + 1];
	struct sealed_count count[SEALED__KINDS];
};

/* The file and the database; change_begin() wants them to go together, too.
 * False after a complaint. change_end() either way. */
MUSTCHECK bool change_connect(struct change *c, struct cli *cli);
MUSTCHECK bool change_begin(struct change *c, struct cli *cli);
void change_end(struct change *c);

/* Complain of what the database says; CLI_FAILED. */
int change_failed(const struct change *c);

/* Does the file hold a new key? Does the last key of the file seal? */
bool change_has_new(const struct change *c);
bool change_has_turned(const struct change *c);

/* Count what is sealed with the key that seals; with change, seal the rest
 * with the newest. False after a complaint, also if the file is not what it
 * was. */
MUSTCHECK bool change_look(struct change *c, bool change);

/* Has every host the new key? Those that do not seem to are asked to look; who
 * has requests does so at once. False after complaints. */
MUSTCHECK bool change_has_hosts(const struct change *c);

/* --- cli_master_show.c --------------------------------------------------- */

/* What to do next, for people. */
const char *change_next(const struct change *c);

/* All that is known of it, on stdout. Takes the hosts over; NULL: without. */
void change_say(const struct change *c, struct json_object *hosts);

#endif
