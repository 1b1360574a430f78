/* Claiming jobs, running them, saying how it ended. */
#include "jobs/runner.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/setting.h"
#include "store/db.h"

/* A run that has not been heard of for so long is taken up by another. Each
 * slice is shorter than half of it. */
#define HOLD_MS 120000

/* --- for the jobs -------------------------------------------------------- */

static bool
is_wanted(const struct job_run *run)
{
	return run->stop != NULL && run->stop(run->ctx);
}

bool
job_goes_on(struct job_run *run)
{
	int64_t now = clock_mono_ms();
	bool held = true;
	if (is_wanted(run) || now >= run->end_ms)
		return false;
	if (*run->claim.id == '\0' || now + HOLD_MS / 2 < run->held_until_ms)
		return true;
	if (!jobs_heartbeat(run->db, &run->claim, HOLD_MS, &held) || !held)
		return false;
	run->held_until_ms = now + HOLD_MS;
	return true;
}

static bool
stop_direct(void *ctx)
{
	return is_wanted(ctx);
}

struct direct
job_direct(struct job_run *run, int limit_ms)
{
	return (struct direct){
	    .upstream = run->upstream,
	    .settings = run->settings,
	    .db = run->db,
	    .master = run->master,
	    .limit_ms = limit_ms,
	    .stop = stop_direct,
	    .ctx = run,
	};
}

/* --- the table ----------------------------------------------------------- */

const struct job *
job_find(const char *name)
{
	for (size_t i = 0; i < job_table_size; i++)
		if (strcmp(job_table[i].name, name) == 0)
			return &job_table[i];
	return NULL;
}

struct json_object *
job_names(void)
{
	struct json_object *names = json_object_new_array();
	for (size_t i = 0; i < job_table_size; i++)
		json_object_array_add(
		    names, json_object_new_string(job_table[i].name));
	return names;
}

bool
job_declare_all(struct db *db, const struct settings *settings)
{
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < job_table_size; i++) {
		const struct job *job = &job_table[i];
		struct json_object *o = json_object_new_object();
		json_set_text(o, "name", job->name);
		json_set_int(o, "every_s", job->every_s(settings));
		json_set_text(o, "daily_at", job->daily_at);
		json_object_array_add(list, o);
	}
	bool ok = jobs_declare(
	    db, list, settings_text(settings, SETTING_ID_TIMEZONE));
	json_object_put(list);
	return ok;
}

/* --- running ------------------------------------------------------------- */

/* Who we are, for people: host and process. */
static void
write_name(char *name, size_t size)
{
	char host[64] = "";
	gethostname(host, sizeof(host) - 1);
	snprintf(name, size, "%s %ld", host, (long)getpid());
}

/* Claim one of the names and run it. *name: which; NULL: there is none. */
static enum job_outcome
run_claimed(struct job_run *run, struct json_object *names, bool now,
    job_told *told, void *ctx, const char **name)
{
	char by[96];
	struct buf message;
	write_name(by, sizeof(by));
	*name = NULL;
	if (!jobs_claim(run->db, names, by, HOLD_MS, now, &run->claim))
		return JOBS_NO_DATABASE;
	if (*run->claim.name == '\0')
		return JOBS_DONE;

	const struct job *job = job_find(run->claim.name);
	*name = job->name;
	run->held_until_ms = clock_mono_ms() + HOLD_MS;
	run->more = false;
	buf_init(&message, BUF_SMALL);
	bool ok = job->run(run, &message);
	bool kept = jobs_finish(
	    run->db, &run->claim, ok, buf_cstr(&message), run->more);
	const struct job_report report = {job->name, ok, buf_cstr(&message)};
	if (told != NULL)
		told(ctx, &report);
	buf_clear(&message);
	return !kept ? JOBS_NO_DATABASE : ok ? JOBS_DONE : JOBS_FAILED;
}

/* Each job has one turn. */
static struct json_object *
names_without(struct json_object *names, const char *name)
{
	struct json_object *rest = json_object_new_array();
	for (size_t i = 0; i < json_count(names); i++) {
		const char *text = json_object_get_string(json_at(names, i));
		if (strcmp(text, name) != 0)
			json_object_array_add(
			    rest, json_object_new_string(text));
	}
	json_object_put(names);
	return rest;
}

enum job_outcome
jobs_run_due(struct job_run *run, int most, job_told *told, void *ctx)
{
	if (!job_declare_all(run->db, run->settings))
		return JOBS_NO_DATABASE;
	struct json_object *names = job_names();
	enum job_outcome all = JOBS_DONE;
	while (most-- > 0 && all != JOBS_NO_DATABASE && !is_wanted(run) &&
	    clock_mono_ms() < run->end_ms) {
		const char *name;
		enum job_outcome one =
		    run_claimed(run, names, false, told, ctx, &name);
		all = one > all ? one : all;
		if (name == NULL)
			break;
		names = names_without(names, name);
	}
	json_object_put(names);
	return all;
}

enum job_outcome
jobs_run_one(
    struct job_run *run, const struct job *job, job_told *told, void *ctx)
{
	const char *name;
	if (!job_declare_all(run->db, run->settings))
		return JOBS_NO_DATABASE;
	struct json_object *names = json_object_new_array();
	json_object_array_add(names, json_object_new_string(job->name));
	enum job_outcome outcome =
	    run_claimed(run, names, true, told, ctx, &name);
	json_object_put(names);
	if (name != NULL || outcome == JOBS_NO_DATABASE)
		return outcome;
	const struct job_report report = {
	    job->name, false, "it runs elsewhere at the moment"};
	if (told != NULL)
		told(ctx, &report);
	return JOBS_FAILED;
}
