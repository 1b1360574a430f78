/*
 * Responders over one listening socket: forked before they are needed, one
 * request each at a time, replaced when they die. A fixed number, or as many
 * as the work asks for.
 */
#ifndef KEYWHEEL_MAIN_PREFORK_H
#define KEYWHEEL_MAIN_PREFORK_H

#include <stdbool.h>
#include <stdint.h>

#define PREFORK_MAX 4096

struct prefork_plan {
	int least, most; /* responders; equal: a fixed number */
	int spare;       /* how many are to be free of long requests */
	/* The child's work; its exit status. slot: its number, which passes
	 * to the one that replaces it. */
	int (*work)(void *ctx, int slot);
	/* Done by a child of its own at the start and then every so often, or
	 * as soon as a child has asked for it by prefork_hurry(); never by two
	 * at once. */
	void (*chore)(void *ctx);
	int64_t chore_ms;
	/* Done by another child at the start, and as soon as a child has asked
	 * for it by prefork_send(); never by two at once. It is done again if
	 * it was killed. */
	void (*errand)(void *ctx);
	/* How long requests have when their responders are to end. */
	int64_t patience_ms;
	/* All is ready for a new program to take this one's place: SIGHUP. It
	 * returns only if that failed. */
	void (*reload)(void *ctx);
	/* No further request is to be taken. */
	void (*close)(void *ctx);
	void *ctx;
};

/* In the parent, with the signals of stop_signals() blocked: run until SIGTERM,
 * SIGINT or SIGUSR1, then let the children finish their requests; a second one
 * cuts those off (main/stop.h). Children that were retired before are told when
 * the first new one is ready. The exit status. */
int prefork_run(const struct prefork_plan *plan);

/* In a child: it can take requests. */
void prefork_ready(void);

/* In a child: a request, or what is as urgent, begins; it has ended. */
void prefork_busy(bool busy);

/* In a child that owes something before it is to take another request: may it
 * take one all the same, because nobody else does? One child at a time, until
 * it is busy with that request. */
bool prefork_may_take(void);

/* In a child: there is an errand to be run. */
void prefork_send(void);

/* … the chore is not to wait for its time. */
void prefork_hurry(void);

#endif
