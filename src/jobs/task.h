/*
 * The work on tasks (store/tasks.h): batch after batch, by any process that is
 * idle, several at once if it comes to that. A kind of task is a row of the
 * table in jobs/task_table.c and a function of this prototype.
 *
 * A batch holds no lock and no transaction while it waits for the network, and
 * it may die at any point: what it had claimed is taken up by another one.
 */
#ifndef KEYWHEEL_JOBS_TASK_H
#define KEYWHEEL_JOBS_TASK_H

#include <stdbool.h>
#include <stddef.h>

#include "jobs/job.h"
#include "store/tasks.h"

enum task_step {
	TASK_FORWARD, /* something was done */
	TASK_BUSY,    /* others have what is left of it */
	TASK_STOPPED, /* the process is wanted, the time is over */
	TASK_FAILED,  /* the database did: db_error() */
};

/* One batch of a task. */
typedef enum task_step task_fn(struct job_run *run, const struct task *task);

struct task_kind {
	const char *name;
	task_fn *step;
};

extern const struct task_kind task_table[];
extern const size_t task_table_size;

task_fn task_keys, task_verify;

/* Work on the tasks that are going, in turns, until none is left, the run's
 * time is over or the process is wanted. patient: where others have all that
 * is left, wait whether they come to an end with it. *open: something is left.
 * False if the database failed. */
MUSTCHECK bool task_work(struct job_run *run, bool patient, bool *open);

#endif
