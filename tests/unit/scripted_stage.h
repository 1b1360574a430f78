/* The state of a scene that is played: for scripted_*.c only. */
#ifndef KEYWHEEL_TESTS_SCRIPTED_STAGE_H
#define KEYWHEEL_TESTS_SCRIPTED_STAGE_H

#include "gateway/relay.h"
#include "scripted_ports.h"

struct stage {
	const struct scene *scene;
	struct scripted *record;
	int64_t now;
	const char *lease, *more,
	    *exchange; /* what comes next of the scripts */
	int pauses, secrets, mended;
	int attempts; /* as the relay has told */
	bool gone, stopped;

	/* the toy protocol */
	struct buf text;           /* of a whole answer */
	size_t kept;               /* … of its parts that are complete */
	char mark[EXCHANGE_LANES]; /* how a lane ends; 0: not yet */
	/* Of lanes that are answers of their own: their texts in this attempt,
	 * and how many are complete in all. */
	char part[EXCHANGE_LANES][16];
	int complete;
	struct pace_mark pieces[20];
	size_t n_pieces;
	struct usage usage;
	struct usage lost; /* … of what was begun anew */
	char content_type[32];
};

/* The task of the toy protocol; its ctx is a struct stage. */
extern const struct relay_task scripted_task;

/* Write a word, or a verdict, into the record. */
void scripted_note(struct stage *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void scripted_note_verdict(
    struct stage *s, const char *where, struct json_object *verdict);

/* The pool of the script: ports of the relay. */
void scripted_begin(void *ctx, struct lease *lease);
void scripted_retry(void *ctx, struct json_object *verdict,
    const int64_t *tried, int n_tried, struct lease *lease);
void scripted_next(void *ctx, struct json_object *verdict, struct lease *lease);
bool scripted_when_free(
    void *ctx, struct json_object *verdict, struct lease *lease);
void scripted_wait(void *ctx, struct lease *lease);
void scripted_leave_line(void *ctx);
int scripted_lease_more(
    void *ctx, const int64_t *tried, int n_tried, struct lease *leases, int n);

/* Secrets of leases that were wiped since the last call. */
int scripted_secrets_cleared(void);

/* Numbers of keys as the log has them: "1,2". */
void scripted_write_keys(char *text, size_t size, const int64_t *keys, int n);

/* Play the next exchange of the script, in so many lanes. */
void scripted_exchange(
    struct stage *s, int lanes, const struct exchange_many_sink *sink);

/* The next word of a script, cut off at a blank; len 0: no more, or a slash
 * in the way. */
const char *scripted_word(const char **script, size_t *len);

/* An error of Google's by its name in scripts. */
const char *scripted_error(const char *name, size_t len, int *status);

const char *scripted_fault_name(enum api_fault fault);

#endif
