/*
 * Jobs: what is done now and then, whoever comes first. A job is a row of the
 * table in jobs/table.c and a function of this prototype.
 *
 * A run works in slices: between two of them it asks job_goes_on(), and if
 * that says no it says that there is more to do and returns; it is called
 * again soon. It holds no transaction and no lock while it waits for the
 * network. It may die at any point: another run takes it up.
 */
#ifndef KEYWHEEL_JOBS_JOB_H
#define KEYWHEEL_JOBS_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "gateway/direct.h"
#include "store/jobs.h"

struct db;
struct settings;

/* What a job has to work with; all borrowed. */
struct job_run {
	struct db *db;
	const struct settings *settings;
	const struct master_key *master;
	struct upstream *upstream;
	int64_t end_ms; /* clock_mono_ms(): the time is over then */
	/* Somebody else wants the process: a request has come, a signal. May
	 * be NULL. */
	bool (*stop)(void *ctx);
	void *ctx;

	/* The job sets it: there is more to do, soon. */
	bool more;

	/* private */
	struct job_claim claim;
	int64_t held_until_ms;
};

/* May the run go on with another slice? Also keeps the claim alive, if there
 * is one. */
bool job_goes_on(struct job_run *run);

/* The way to Gemini for a slice: it ends with the run's time, and when the
 * process is wanted. */
struct direct job_direct(struct job_run *run, int limit_ms);

/* One run. message: one line for people, what was done or why it failed.
 * False: it failed, and comes again by and by. */
typedef bool job_fn(struct job_run *run, struct buf *message);

struct job {
	const char *name;
	/* Seconds from run to run by the settings; 0: it is off. */
	int64_t (*every_s)(const struct settings *settings);
	/* "03:30": once a day at that time in TIMEZONE; NULL: every_s. */
	const char *daily_at;
	job_fn *run;
	const char *help; /* one line */
};

extern const struct job job_table[];
extern const size_t job_table_size;

/* The jobs; each in a file of its own name. */
job_fn job_alerts, job_budgets, job_deadlines, job_files, job_housekeeping,
    job_models, job_pictures, job_proxies, job_recheck, job_retention,
    job_tasks, job_trim, job_usage;

/* FILES_CLEANUP_INTERVAL_HOURS, unless it is off. */
int64_t job_files_every_s(const struct settings *settings);

/* The time that the model list may be old before the job asks for it. */
int64_t job_models_every_s(const struct settings *settings);

/* An hour, unless ADAPTIVE_DEADLINES is off. */
int64_t job_deadlines_every_s(const struct settings *settings);

#endif
