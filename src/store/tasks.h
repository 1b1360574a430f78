/*
 * Tasks: long work that somebody has begun on a page and that goes on without
 * him, in batches, in whichever process is idle (jobs/task.h does the work).
 *
 * A task is about items: numbers, of keys in most cases, that are put down when
 * it is made, so that what was confirmed is what is worked on. It is "asked"
 * first, until somebody says yes, then "going", and at its end "done" or
 * "cancelled". What came of each item is kept for some days.
 */
#ifndef KEYWHEEL_STORE_TASKS_H
#define KEYWHEEL_STORE_TASKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct db;
struct json_object;

struct task {
	int64_t id;
	char kind[32];
	char by[128];                  /* who has made it */
	struct json_object *arguments; /* an object */
};

void task_clear(struct task *task);

/* --- for pages ----------------------------------------------------------- */

/* Make a task on the n items (twice is once). begin: it is going at once, and
 * service.task_begun is to be set. Its number; 0: no items, -1: failure. */
int64_t tasks_make(struct db *db, const char *kind,
    struct json_object *arguments, const int64_t *items, size_t n,
    const char *by, bool begin);

/* Which keys: these, and those, and those. */
struct task_choice {
	const int64_t *keys;
	size_t n_keys;
	struct json_object *filter; /* admin/key_filter.h; or NULL */
	int64_t task; /* that came out of it with this code; or 0 */
	const char *code;
};

/* The same, asked, on those of the keys that there are; kind "restore": that
 * were removed. */
int64_t tasks_ask_keys(struct db *db, const char *kind, const char *by,
    const struct task_choice *choice);

/* Somebody says yes; arguments: what he adds, or NULL. *done false: it is not
 * asked any more. service.task_begun is to be set. */
MUSTCHECK bool tasks_begin(
    struct db *db, int64_t id, struct json_object *arguments, bool *done);
/* … says no, or enough: *done false: it has ended. */
MUSTCHECK bool tasks_cancel(struct db *db, int64_t id, bool *done);

/* What a page shows of a task: itself, and either the question or groups of
 * results with up to `shown` items each; code: of this group alone (or NULL),
 * behind the item `after`. NULL on failure, or if there is none: *found. */
struct json_object *tasks_page(struct db *db, int64_t id, const char *code,
    int64_t after, int shown, bool *found);

/* The newest ones that were begun, an array; NULL on failure. */
struct json_object *tasks_list(struct db *db, int shown);

/* Forget what ended so many days ago, and what nobody said yes to. */
MUSTCHECK bool tasks_trim(struct db *db, int64_t days);

/* --- for those who work -------------------------------------------------- */

/* Up to n tasks that are going, the one that has waited the longest first;
 * each is to be cleared. Their number; -1 on failure. */
int tasks_open(struct db *db, struct task *tasks, int n);

/* Take up to n items that nobody else has, no more than `lanes` of the task
 * among all processes. Who does not come back within hold_ms loses them. Their
 * number, 0: others have the rest; -1 on failure. */
int tasks_claim(struct db *db, int64_t id, int lanes, int64_t hold_ms,
    int64_t *items, int n);

/* They were not done. */
MUSTCHECK bool tasks_release(
    struct db *db, int64_t id, const int64_t *items, size_t n);

/* They were done: [{item, code, failed, words}]. The last one ends the
 * task. */
MUSTCHECK bool tasks_end(
    struct db *db, int64_t id, struct json_object *results);

/* Do the next ones of a task on keys that the database does by itself. How
 * many; 0: others have the rest; -1 on failure. */
int64_t tasks_work_keys(struct db *db, int64_t id, int most);

#endif
