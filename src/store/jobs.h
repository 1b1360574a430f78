/*
 * Jobs in the database: their times, who runs them, how they ended.
 */
#ifndef KEYWHEEL_STORE_JOBS_H
#define KEYWHEEL_STORE_JOBS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/crypt.h"

struct db;
struct json_object;

/* What this program can run: [{"name", "every_s", "daily_at"}]; every_s 0: it
 * is off; daily_at: "03:30", local in zone, or null. */
MUSTCHECK bool jobs_declare(
    struct db *db, struct json_object *list, const char *zone);

/* Is a job due? One caller in a minute, among all hosts, gets to know. */
MUSTCHECK bool jobs_look(struct db *db, bool *due);

/* A run that is ours until the claim expires. */
struct job_claim {
	char name[64]; /* "": there is none */
	char id[CRYPT_ID_SIZE + 1];
};

/* Take one of the jobs named in the array: one that is due, or (now) any that
 * does not run. by: who we are, for people. */
MUSTCHECK bool jobs_claim(struct db *db, struct json_object *names,
    const char *by, int64_t hold_ms, bool now, struct job_claim *claim);

/* The run goes on; *held false: it is somebody else's by now. */
MUSTCHECK bool jobs_heartbeat(
    struct db *db, const struct job_claim *claim, int64_t hold_ms, bool *held);

/* The run has ended; more: it is to go on at the next occasion. */
MUSTCHECK bool jobs_finish(struct db *db, const struct job_claim *claim,
    bool ok, const char *message, bool more);

/* Rows for people and programs; NULL on failure. The caller owns them.
 * name NULL: the runs of all. */
struct json_object *jobs_list(struct db *db, struct json_object *names);
struct json_object *jobs_history(struct db *db, const char *name);

/* What the page of jobs shows: {now, jobs, runs}, of runs the last ones of that
 * job (NULL: of all) before the number `before` (0: the newest). NULL on
 * failure. */
struct json_object *jobs_page(
    struct db *db, const char *name, int64_t before, int64_t limit);

/* Let a job be due now. */
enum job_made_due {
	JOB_DUE,
	JOB_RUNNING,
	JOB_OFF,
	JOB_UNKNOWN,
	JOB_DUE_FAILED, /* db_error() */
};
enum job_made_due jobs_make_due(struct db *db, const char *name);

/* Delete key events older than that, most at most; how many, -1 on
 * failure. */
int64_t jobs_trim_key_events(struct db *db, int64_t days, int64_t most);

#endif
