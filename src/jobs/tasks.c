/* Working on tasks: whose turn it is, and the job that sees to what nobody
 * works on. */
#include "jobs/task.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/db.h"

#define AT_ONCE 20
#define PATIENCE_MS 200

/* Of the job's run: others wait for their turn. */
#define JOB_MS 20000
#define KEEP_DAYS 7

/* --- keys, by the database ----------------------------------------------- */

/* So many take some tens of milliseconds, and the pools are locked as long. */
#define KEYS_AT_ONCE 50

enum task_step
task_keys(struct job_run *run, const struct task *task)
{
	int64_t done = tasks_work_keys(run->db, task->id, KEYS_AT_ONCE);
	return done < 0 ? TASK_FAILED : done == 0 ? TASK_BUSY : TASK_FORWARD;
}

/* --- turns --------------------------------------------------------------- */

static enum task_step
step(struct job_run *run, const struct task *task)
{
	for (size_t i = 0; i < task_table_size; i++)
		if (strcmp(task_table[i].name, task->kind) == 0)
			return task_table[i].step(run, task);
	return TASK_BUSY; /* of a newer version of this program */
}

/* A batch of each; those that fail do not keep the others from their turn. */
static enum task_step
step_all(struct job_run *run, struct task *tasks, int n)
{
	enum task_step all = TASK_BUSY;
	for (int i = 0; i < n && all != TASK_STOPPED; i++) {
		if (!job_goes_on(run))
			return TASK_STOPPED;
		enum task_step one = step(run, &tasks[i]);
		if (one == TASK_FAILED)
			log_line(LOG_WARNING, "task=%lld kind=%s: %s",
			    (long long)tasks[i].id, tasks[i].kind,
			    db_error(run->db));
		else if (one != TASK_BUSY)
			all = one;
	}
	return all;
}

static void
wait_a_little(void)
{
	struct timespec t = {.tv_nsec = PATIENCE_MS * 1000000L};
	nanosleep(&t, NULL);
}

bool
task_work(struct job_run *run, bool patient, bool *open)
{
	enum task_step all = TASK_FORWARD;
	while (all != TASK_STOPPED) {
		struct task tasks[AT_ONCE];
		int n = tasks_open(run->db, tasks, AT_ONCE);
		*open = n > 0;
		if (n <= 0)
			return n == 0;
		all = step_all(run, tasks, n);
		for (int i = 0; i < n; i++)
			task_clear(&tasks[i]);
		if (all == TASK_BUSY && !patient)
			break;
		if (all == TASK_BUSY)
			wait_a_little();
	}
	return true;
}

/* --- the job ------------------------------------------------------------- */

bool
job_tasks(struct job_run *run, struct buf *message)
{
	struct job_run part = *run;
	int64_t end_ms = clock_mono_ms() + JOB_MS;
	bool open = false;
	part.end_ms = end_ms < run->end_ms ? end_ms : run->end_ms;
	bool ok =
	    task_work(&part, false, &open) && tasks_trim(run->db, KEEP_DAYS);
	run->held_until_ms = part.held_until_ms;
	run->more = open;
	if (!ok)
		buf_str(message, db_error(run->db));
	return ok;
}
