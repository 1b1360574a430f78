/* The state of a scene that is played: for scripted_*.c only. */
#ifndef KEYWHEEL_TESTS_SCRIPTED_STAGE_H
#define KEYWHEEL_TESTS_SCRIPTED_STAGE_H

#include "gateway/relay.h"
#include "scripted_ports.h"

struct stage {
	const struct scene *scene;
	struct scripted *record;
	int64_t now;
	const char *lease, *exchange; /* what comes next of the scripts */
	int pauses, secrets, mended;
	bool gone;

	/* the toy protocol */
	struct buf text; /* of a whole answer */
	char mark;       /* how it ends; 0: not yet */
	struct pace_mark pieces[20];
	size_t n_pieces;
	struct usage usage;
	char content_type[32];
};

/* The task of the toy protocol; its ctx is a struct stage. */
extern const struct relay_task scripted_task;

/* Play the next exchange of the script. */
enum exchange_end scripted_exchange(
    struct stage *s, const struct exchange_sink *sink, struct buf *why);

/* The next word of a script, cut off at a blank; len 0: no more, or a slash
 * in the way. */
const char *scripted_word(const char **script, size_t *len);

/* An error of Google's by its name in scripts. */
const char *scripted_error(const char *name, size_t len, int *status);

const char *scripted_fault_name(enum api_fault fault);

#endif
