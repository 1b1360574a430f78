/*
 * Disabled keys that are to be probed. One claim, on whatever host, gets a
 * key; no transaction is open while it is probed.
 */
#ifndef KEYWHEEL_STORE_HEALING_H
#define KEYWHEEL_STORE_HEALING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/crypt.h"

struct db;
struct json_object;

/* Date the first probes of keys that were disabled lately: {verdict: seconds
 * after it}. */
MUSTCHECK bool healing_schedule(struct db *db, struct json_object *first_s);

struct healing_key {
	int64_t key_id;
	char *secret; /* NULL: this master key does not open it */
	char pool[32];
	char scope[128]; /* whose quota it counts for */
	char reason[64]; /* the verdict that it is disabled for */
	char since[40];  /* which time it was disabled; as the database says */
	int probes;      /* since then, that found it dead */
	bool active;     /* of a task: it is not disabled at all */
};

/* Up to n keys whose probe is due; their number, -1 on failure. Each is to be
 * cleared. Who does not come back within hold_ms loses them. */
int healing_claim(struct db *db, const struct master_key *master,
    int64_t hold_ms, struct healing_key *keys, int n);
void healing_clear(struct healing_key *key);

struct healing_end {
	const char *model;        /* that was asked */
	const char *found;        /* alive, dead, nothing */
	const char *verdict;      /* its name */
	const char *evidence;     /* redacted */
	int64_t next_s;           /* not alive: the next probe; -1: none */
	struct json_object *rest; /* alive: for apply_verdict, or NULL */
};

MUSTCHECK bool healing_finish(struct db *db, const struct healing_key *key,
    const struct healing_end *end);

/* The same for the keys of a task (store/tasks.h), active ones too, that are to
 * be tried: up to n that nobody else has, no more than `lanes` of the task
 * among all processes. 0: others have the rest. */
int healing_claim_task(struct db *db, const struct master_key *master,
    int64_t task_id, int lanes, int64_t hold_ms, struct healing_key *keys,
    int n);

/* What came of one, for the task: a word, and Google's own words. */
struct healing_result {
	const char *code;
	bool failed;
	const char *words; /* redacted */
};

/* end NULL: nothing is changed but what the task shows. Else, for an active
 * key, only its model and rest count, and that is what apply_verdict is to be
 * told, or NULL. */
MUSTCHECK bool healing_finish_task(struct db *db, int64_t task_id,
    const struct healing_key *key, const struct healing_result *result,
    const struct healing_end *end);

/* How many disabled keys wait for a probe, how many of them are due. */
MUSTCHECK bool healing_count(struct db *db, int64_t *waiting, int64_t *due);

#endif
