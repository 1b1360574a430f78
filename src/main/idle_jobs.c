/* Jobs without cron. */
#include "main/idle_jobs.h"

#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/setting.h"
#include "base/version.h"
#include "gateway/service.h"
#include "jobs/runner.h"
#include "jobs/task.h"
#include "main/greet.h"
#include "store/db.h"
#include "store/settings.h"
#include "upstream/exchange.h"

#define LOOK_MS 60000
#define TASK_LOOK_MS 3000
#define SLICE_MS 3000
/* The child of a minute leaves the rest to that of the next; one that hangs
 * is ended by its alarm. */
#define CHILD_MS 50000
#define CHILD_MAX_S 300

struct idle {
	int listen_fd; /* -1: nobody waits here */
	bool (*told_to_end)(void);
};

/* Does somebody want the process? */
static bool
is_wanted(void *ctx)
{
	const struct idle *idle = ctx;
	struct pollfd p = {idle->listen_fd, POLLIN, 0};
	return idle->told_to_end() ||
	    (idle->listen_fd >= 0 && poll(&p, 1, 0) > 0);
}

static void
say(void *ctx, const struct job_report *report)
{
	(void)ctx;
	log_line(report->ok ? LOG_DEBUG : LOG_WARNING, "job=%s %s%s%s",
	    report->name, report->ok ? "ok" : "failed",
	    *report->message ? ": " : "", report->message);
}

static bool
are_on(const struct settings *settings)
{
	return settings_int(settings, SETTING_ID_JOBS_AFTER_REQUESTS) != 0;
}

static void
run_due(struct job_run *run, int most)
{
	if (jobs_run_due(run, most, say, NULL) == JOBS_NO_DATABASE)
		log_line(LOG_WARNING, "jobs: %s", db_error(run->db));
}

/* --- the parent's child -------------------------------------------------- */

/* A run of a child's; its upstream is to be freed. */
static struct job_run
child_run(struct db *db, const struct settings *settings,
    const struct master_key *master, struct idle *idle)
{
	return (struct job_run){
	    .db = db,
	    .settings = settings,
	    .master = master,
	    .upstream = upstream_new("keywheel/" KEYWHEEL_VERSION),
	    .end_ms = clock_mono_ms() + CHILD_MS,
	    .stop = is_wanted,
	    .ctx = idle,
	};
}

static void
run_child(struct db *db, const struct settings *settings,
    const struct master_key *master, struct idle *idle)
{
	struct job_run run = child_run(db, settings, master, idle);
	run_due(&run, INT_MAX);
	upstream_free(run.upstream);
}

static void
look_and_run(
    struct db *db, const struct master_key *master, bool (*told_to_end)(void))
{
	struct idle idle = {-1, told_to_end};
	struct settings *settings = NULL;
	bool due;
	if (db_connect(db))
		greet_again(db, master);
	/* The responders say it if the database cannot be reached. */
	if (jobs_look(db, &due) && due)
		settings = store_settings_load(db);
	if (settings != NULL && are_on(settings))
		run_child(db, settings, master, &idle);
	settings_free(settings);
}

void
idle_jobs_child(const struct bootstrap *bootstrap,
    const struct master_key *master, bool (*told_to_end)(void))
{
	struct db *db = db_new(bootstrap->database_url);
	alarm(CHILD_MAX_S);
	look_and_run(db, master, told_to_end);
	db_free(db);
}

bool
idle_jobs_may(const struct service *s)
{
	return s->task_begun || s->job_due || are_on(s->settings);
}

void
idle_jobs_rest(struct service *s, bool (*told_to_end)(void))
{
	look_and_run(s->db, &s->master, told_to_end);
}

/* --- tasks --------------------------------------------------------------- */

static bool
work(struct job_run *run, bool patient)
{
	bool open = false;
	if (!task_work(run, patient, &open))
		log_line(LOG_WARNING, "tasks: %s", db_error(run->db));
	return open;
}

bool
idle_tasks_child(const struct bootstrap *bootstrap,
    const struct master_key *master, bool (*told_to_end)(void))
{
	struct idle idle = {-1, told_to_end};
	struct db *db = db_new(bootstrap->database_url);
	struct settings *settings = store_settings_load(db);
	bool open = false;
	alarm(CHILD_MAX_S);
	if (settings != NULL) {
		struct job_run run = child_run(db, settings, master, &idle);
		open = work(&run, true);
		upstream_free(run.upstream);
	}
	settings_free(settings);
	db_free(db);
	return open;
}

/* --- after a request ----------------------------------------------------- */

static struct job_run
slice_run(struct service *s, const struct settings *settings, struct idle *idle)
{
	return (struct job_run){
	    .db = s->db,
	    .settings = settings,
	    .master = &s->master,
	    .upstream = s->upstream,
	    .end_ms = clock_mono_ms() + SLICE_MS,
	    .stop = is_wanted,
	    .ctx = idle,
	};
}

static void
run_slice(struct service *s, const struct settings *settings, struct idle *idle)
{
	struct job_run run = slice_run(s, settings, idle);
	run_due(&run, 1);
}

void
idle_jobs_slice(struct service *s, int listen_fd, bool (*told_to_end)(void))
{
	static int64_t next_look_ms;
	struct idle idle = {listen_fd, told_to_end};
	int64_t now = clock_mono_ms();
	bool due;
	if ((now < next_look_ms && !s->job_due) || is_wanted(&idle))
		return;
	next_look_ms = now + LOOK_MS;
	greet_again(s->db, &s->master);
	if (!are_on(s->settings))
		return;
	if (!jobs_look(s->db, &due) || !due)
		return;
	/* Those of the responder may be old, or none at all: which proxies
	 * there are, for one, must be known. */
	struct settings *settings = store_settings_load(s->db);
	if (settings != NULL && are_on(settings))
		run_slice(s, settings, &idle);
	settings_free(settings);
}

void
idle_tasks_slice(struct service *s, int listen_fd, bool (*told_to_end)(void))
{
	static int64_t next_look_ms;
	struct idle idle = {listen_fd, told_to_end};
	int64_t now = clock_mono_ms();
	if ((now < next_look_ms && !s->task_begun) || is_wanted(&idle))
		return;
	next_look_ms = now + TASK_LOOK_MS;
	struct task task;
	if (tasks_open(s->db, &task, 1) <= 0)
		return;
	task_clear(&task);
	struct settings *settings = store_settings_load(s->db);
	if (settings != NULL) {
		struct job_run run = slice_run(s, settings, &idle);
		/* What is left goes on after the next request. */
		if (work(&run, false))
			next_look_ms = 0;
	}
	settings_free(settings);
}
