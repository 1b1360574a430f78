/* The relay's state, and what its files do for each other: for relay*.c. */
#ifndef KEYWHEEL_GATEWAY_RELAY_PARTS_H
#define KEYWHEEL_GATEWAY_RELAY_PARTS_H

#include "gateway/relay.h"

#define EVIDENCE_MAX 400 /* bytes of upstream's words that are kept */
#define ERROR_MAX 4096   /* … of its error object, or nothing of it */
#define MET_MAX 16

/* How long Gemini was silent, in milliseconds; -1: not at all. */
struct silences {
	int64_t first_ms; /* before an answer: of this attempt, the longest */
	int64_t cut_ms;   /* … of attempts that were given up for it */
	int64_t gap_ms;   /* between pieces of an answer */
};

/* How often a verdict was met. */
struct met {
	const char *name;
	int times;
};

/* One exchange of an attempt. */
struct lane {
	int status;
	bool heard;          /* a byte of the body came */
	int64_t upstream_ms; /* since when Gemini is silent */
	bool ready;          /* it has something to show, or is complete */
	bool complete;
};

struct relay {
	const struct relay_ports *ports;
	const struct relay_task *task;
	const struct relay_policy *policy;

	/* the request */
	int64_t started, wall_started;
	int64_t client_ms;     /* when the client last got a byte */
	int64_t due_us;        /* when it may get the next piece */
	int64_t first_byte_ms; /* after the start; -1: none yet */
	struct silences silences;
	bool committed;    /* status and headers have gone */
	bool content_sent; /* … and something of an answer */
	struct buf out;    /* for the client */
	enum outcome outcome;
	struct api_error error;

	/* the keys */
	struct lease lease;
	int64_t last_key;
	int64_t tried[REQUEST_MAX_TRIED];
	int n_tried;
	struct met met[MET_MAX];
	int n_met;
	bool told; /* the pool knows the last verdict */
	struct lease more[EXCHANGE_LANES - 1]; /* for further lanes */
	int n_more;

	/* the attempt */
	int attempts;
	int attempts_before; /* … for parts that were answered */
	int repairs;         /* of the request, on Gemini's words */
	int64_t attempt_ms;  /* its start */
	int64_t exchange_ms; /* … of the exchange, if it takes several */
	struct lane lanes[EXCHANGE_LANES];
	const struct lease *keys[EXCHANGE_LANES]; /* of the lanes */
	int n_lanes;
	int n_open;       /* lanes that are not complete */
	bool again, next; /* the answer goes on, with this key or another */
	bool as_error;    /* a blocked prompt is told in an error */
	enum api_fault as_fault;

	/* how it ended: what the lane that decides says */
	int culprit;          /* the lane that failed; -1: none */
	enum attempt_end end; /* of the attempt */
	int status;
	bool heard;
	char reason[48];     /* Gemini's word for an empty answer, or "" */
	struct buf refusal;  /* Gemini's error */
	struct buf why;      /* libcurl's words */
	struct buf evidence; /* what is kept of them, redacted */
	struct error_body said;
	struct verdict verdict;
	struct json_object *failed;
};

int64_t relay_now(const struct relay *r);

/* relay_attempt.c: send, listen, conclude. */
enum attempt_end relay_attempt(struct relay *r);

/* relay_fan.c: the keys of lanes. */

/* An attempt begins: how many lanes it has, and whose key each of them. */
void relay_fan_lease(struct relay *r);

/* The attempt has failed: the key of the lane that did becomes the lease,
 * to be judged and replaced. */
void relay_fan_blame(struct relay *r);

/* The attempt was answered: a key whose faults are forgotten for it; NULL:
 * none has any. */
const struct lease *relay_fan_faulty(const struct relay *r);

void relay_fan_clear(struct relay *r);

/* relay_pace.c */

/* Send out, each piece when it is due. False if the client has gone. */
bool relay_write(struct relay *r);

/* A sign of life, if it is time for one. */
void relay_heartbeat(struct relay *r);

/* Wait before another attempt, with signs of life; not for a client that has
 * left. */
void relay_wait(struct relay *r, int ms);

/* relay_wait.c: while the pool says LEASE_WAIT, wait and ask again. False if
 * the client has left; else the lease has another answer. */
bool relay_wait_for_key(struct relay *r);

/* relay_judge.c */

/* What the attempt means: sets verdict, said and evidence. */
void relay_judge(struct relay *r, enum attempt_end end);

/* The verdict as keywheel.apply_verdict takes it; NULL if it changes
 * nothing. The caller owns it. */
struct json_object *relay_verdict_json(struct relay *r);

/* Add the attempt to those that failed. */
void relay_note_failure(struct relay *r);

/* May there be another attempt? *wait: after how many milliseconds. */
bool relay_may_retry(struct relay *r, int *wait);

/* Has the task mended what Gemini refused? Then the same key is asked again. */
bool relay_repair(struct relay *r, enum attempt_end end);

/* Tell the pool about this key and lease another. */
void relay_lease_again(struct relay *r);

/* A part was answered: lease a key for the next one. */
void relay_lease_next(struct relay *r);

/* The keys have answered: what the pool is told of that, or NULL. The caller
 * owns it. */
struct json_object *relay_praise_json(const struct relay *r);

/* relay_words.c: what the client is told, in r->error. */

/* Seconds for Retry-After: at least one, no more than clients heed. */
int relay_retry_after(const struct relay *r, int64_t ms);

/* All keys rest, for so long; long_rest: for a quota of the day and the like.
 */
void relay_tell_resting(struct relay *r, int64_t ms, bool long_rest);

/* All keys rest: for how long, and what for, as the lease says. */
void relay_tell_all_rest(struct relay *r);

/* No key may serve the model, or the pool has none at all. */
void relay_tell_no_key(struct relay *r);

/* No project has all that the request names, or another token has it. */
void relay_tell_apart(struct relay *r);
void relay_tell_not_yours(struct relay *r);

/* relay_cost.c */

/* The attempt that failed is forgotten, and what it has used is its row's. */
void relay_restart(struct relay *r);

/* The request is over: what it is to account for. That of an attempt of which
 * the client has got nothing is the attempt's. */
struct usage relay_settle_usage(struct relay *r, bool answered);

/* relay_end.c: answer or error to the client, with the outcome; the row. */
void relay_deliver_answer(struct relay *r);
void relay_deliver_failure(struct relay *r, enum attempt_end end);
void relay_report(struct relay *r, bool answered);

#endif
