/*
 * Running jobs: those that are due, one after the other, each by one process
 * among all.
 */
#ifndef KEYWHEEL_JOBS_RUNNER_H
#define KEYWHEEL_JOBS_RUNNER_H

#include "jobs/job.h"

/* What came of a run. */
struct job_report {
	const char *name;
	bool ok;
	const char *message; /* one line */
};
typedef void job_told(void *ctx, const struct job_report *report);

enum job_outcome {
	JOBS_DONE,        /* also if there was none */
	JOBS_FAILED,      /* one of them did; its report says why */
	JOBS_NO_DATABASE, /* db_error() says why */
};

/* Run the jobs that are due, each once, at most `most` of them, within the
 * run's time. told may be NULL. */
enum job_outcome jobs_run_due(
    struct job_run *run, int most, job_told *told, void *ctx);

/* Run one job now, due or not; a job that runs elsewhere is a failure with
 * that message. */
enum job_outcome jobs_run_one(
    struct job_run *run, const struct job *job, job_told *told, void *ctx);

/* The job of that name, or NULL. */
const struct job *job_find(const char *name);

/* All names, as store/jobs.h takes them. The caller owns the array. */
struct json_object *job_names(void);

/* Put the table into the database, with the times that the settings say. */
MUSTCHECK bool job_declare_all(struct db *db, const struct settings *settings);

#endif
