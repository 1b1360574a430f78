/*
 * Scripted neighbours for the relay: leases, exchanges, clock and client come
 * from short texts, and what the relay does is written down as one text.
 *
 * leases: the answers of begin(), and of each retry(), next() and wait()
 * in turn, "1 2 R5000":
 *   N, Nf2    key N is given; it had 2 faults in a row
 *   R5000     all rest, for so many milliseconds; RL5000: a long rest;
 *             R5000:storm … for that reason
 *   T0        all were tried; T5000, TL5000: … and the others rest
 *   W500      nothing is free: wait() after so many milliseconds
 *   N U X D   none, unauthorized, unreadable, no database; N0:not_offered: none
 *             that may serve
 *
 * more: the answers of each lease_more() in turn, "2,3f1 -":
 *   2,3       the keys that are given; f as above
 *   -         none
 *
 * free: what when_free() says, "5000", "L5000:rate_day", "0"; "N": there is
 * no key any more; NULL: nobody knows.
 *
 * exchanges: one for each send(), with " / " between them. Words:
 *   200       the head comes with this status
 *   =text     a piece of the body: a bit of the toy protocol, see below
 *   err:rate  head and body of an error of Google's (scripted_errors)
 *   +250      so many milliseconds pass, with a tick each 100 and at the end
 *   gone      the client closes; noticed by the next tick or write
 *   stop      the program is to end
 *   done cut none proxy   how it ends; done if nothing is said
 * Of several lanes each word says first whose it is: `1.200 0.=ab 1.cut`.
 *
 * The toy protocol of the bodies: letters and digits are text for the client,
 * `_` is held back, `^` takes six seconds to deal with, `$` `L` `B` ends the
 * answer (complete, length, blocked), `C` complete if the connection says so,
 * too, `X` blocked, to be told as an error, `~` ends a piece that stands for so
 * many milliseconds before the next one, `E` ends an empty one, `>` one that
 * goes on, `&` a part, `?` is garbage, `!rate` is an error event. Each lane has
 * an end of its own.
 *
 * The log: send1 or send1,2 (keys of the lanes), mend, retry(tried keys), next,
 * more2(tried keys) (how many are wanted), ask (when_free), wait, leave (the
 * line), pause1000, commit or commit=LEN (whole), write(text), beat,
 * refuse(FAULT …), break, finish, end. With `times` each word is preceded by
 * the milliseconds since the start.
 */
#ifndef KEYWHEEL_TESTS_SCRIPTED_PORTS_H
#define KEYWHEEL_TESTS_SCRIPTED_PORTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* Rows of tables leave out what is not looked at. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

/* 2026-11-20 12:00 Pacific: twelve hours to midnight there. */
#define SCRIPTED_WALL INT64_C(1795204800000)

struct scene {
	const char *name;
	const char *leases;
	const char *exchanges;

	/* what is expected; NULL: not looked at */
	const char *log;
	const char *account; /* "complete 200 key=1 attempts=1 first=0" */
	/* JSON handed to retry(): "r:", to next(): "n:", to when_free(): "w:",
	 * to end(): "e:" */
	const char *verdicts;
	const char *detail;
	const char *silences; /* "first=9900 gap=4900" */

	/* several lanes: 0 is one */
	int lanes;
	bool apart; /* answers of their own; with `whole` */
	int empty_retries;
	const char *more;
	const char *free;
	const char *scopes; /* of keys 1, 2 … a letter each; NULL: none */
	const char *pool;   /* that is asked; NULL: several */

	/* the task */
	bool whole; /* not streamed; no heartbeats */
	bool mute;  /* cannot carry an error after the commit */
	bool held;  /* a stream that is shown at its end only */
	bool file_route;
	bool once;          /* it makes something */
	const char *reason; /* of the empty answer: Gemini's word */
	int mends;          /* how many refusals it can mend */
	bool refused;       /* by the task, when the lease is there */
	const char *rescue; /* what it has instead of Gemini's trouble */

	/* the policy: 0 stands for the default in brackets */
	int max_retries;                              /* 3; -1: none */
	int max_failures;                             /* 3 */
	int64_t prompt_tokens;                        /* 0: not known */
	int64_t total_ms;                             /* 60000 */
	int64_t first_byte_ms, idle_ms, heartbeat_ms; /* 10000 5000 3000 */

	/* the world */
	int chance;        /* 50: a wait is what the table says; -1: 0 */
	int64_t piece_us;  /* 100000: how long each `~` stands */
	int slow_write;    /* milliseconds that each write takes */
	int gone_in_pause; /* the client leaves in that pause, from 1 */
	bool gone_at_end;  /* … is noticed after finish() */
	bool times;        /* in the log */
};

struct scripted {
	struct buf log, verdicts;
	char account[400];
	char silences[60];
	char detail[600];
	int64_t prompt;    /* tokens in the account */
	struct buf failed; /* JSON */
	int leaks;         /* secrets that were not cleared */
	bool unread;       /* parts of the script were not needed */
};

/* Play it; clear the record afterwards. */
void scripted_play(const struct scene *scene, struct scripted *record);
void scripted_clear(struct scripted *record);

/* Play it and compare; a difference fails the test and is printed. */
void scripted_check(const struct scene *scene);
void scripted_check_all(const struct scene *scenes, int n);

#endif
