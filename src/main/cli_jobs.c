/* `keywheel jobs`: the jobs, running them, how they went. */
#include "main/cli.h"

#include <limits.h>
#include <stdio.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/setting.h"
#include "base/version.h"
#include "jobs/runner.h"
#include "store/db.h"
#include "store/settings.h"
#include "upstream/exchange.h"

/* A run from cron leaves what is not done by then to the next ones. */
#define RUN_MS 240000

int
cli_jobs_list(struct cli *cli)
{
	static const struct cli_column columns[] = {
	    {"NAME", "name", false},
	    {"EVERY", "every", false},
	    {"LAST", "last_started", true},
	    {"NEXT", "next_at", true},
	    {"RESULT", "result", false},
	    {"MESSAGE", "message", false},
	};
	if (!cli_database(cli))
		return CLI_FAILED;
	struct settings *settings = store_settings_load(cli->db);
	bool ok = settings != NULL && job_declare_all(cli->db, settings);
	struct json_object *names = job_names();
	struct json_object *rows = ok ? jobs_list(cli->db, names) : NULL;
	json_object_put(names);
	settings_free(settings);
	if (rows == NULL)
		return cli_database_failed(cli);
	cli_table_print(cli, columns, COUNT_OF(columns), rows);
	return CLI_DONE;
}

/* False after a complaint. */
static bool
is_known(const char *name)
{
	if (job_find(name) != NULL)
		return true;
	struct buf names;
	buf_init(&names, BUF_SMALL);
	for (size_t i = 0; i < job_table_size; i++)
		buf_fmt(&names, "%s%s", i > 0 ? ", " : "", job_table[i].name);
	cli_complain(
	    "there is no job %s; there are %s", name, buf_cstr(&names));
	buf_clear(&names);
	return false;
}

int
cli_jobs_history(struct cli *cli)
{
	static const struct cli_column columns[] = {
	    {"NAME", "name", false},
	    {"STARTED", "started_at", true},
	    {"ENDED", "ended_at", true},
	    {"RESULT", "result", false},
	    {"BY", "by", false},
	    {"MESSAGE", "message", false},
	};
	const char *name = cli->n > 0 ? cli->words[0] : NULL;
	if ((name != NULL && !is_known(name)) || !cli_database(cli))
		return CLI_FAILED;
	struct json_object *rows = jobs_history(cli->db, name);
	if (rows == NULL)
		return cli_database_failed(cli);
	cli_table_print(cli, columns, COUNT_OF(columns), rows);
	return CLI_DONE;
}

/* --- running ------------------------------------------------------------- */

struct session {
	struct cli *cli;
	struct json_object *reports; /* with --json */
};

static void
tell(void *ctx, const struct job_report *report)
{
	struct session *s = ctx;
	const char *colon = *report->message ? ": " : "";
	if (s->cli->json) {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "name", report->name);
		json_set_bool(o, "ok", report->ok);
		json_set_text(o, "message", report->message);
		json_object_array_add(s->reports, o);
	} else if (report->ok) {
		printf("%s: ok%s%s\n", report->name, colon, report->message);
		fflush(stdout);
	} else
		cli_complain(
		    "%s failed%s%s", report->name, colon, report->message);
}

/* Those named, or those that are due. */
static enum job_outcome
run_jobs(struct session *s, struct job_run *run)
{
	const struct cli *cli = s->cli;
	enum job_outcome all = JOBS_DONE;
	if (cli->n == 0)
		return jobs_run_due(run, INT_MAX, tell, s);
	for (size_t i = 0; i < cli->n && all != JOBS_NO_DATABASE; i++) {
		run->end_ms = clock_mono_ms() + RUN_MS;
		enum job_outcome one =
		    jobs_run_one(run, job_find(cli->words[i]), tell, s);
		all = one > all ? one : all;
	}
	return all;
}

static enum job_outcome
run_session(struct session *s)
{
	struct cli *cli = s->cli;
	struct settings *settings = store_settings_load(cli->db);
	if (settings == NULL)
		return JOBS_NO_DATABASE;
	struct job_run run = {
	    .db = cli->db,
	    .settings = settings,
	    .master = &cli->master,
	    .upstream = upstream_new("keywheel/" KEYWHEEL_VERSION),
	    .end_ms = clock_mono_ms() + RUN_MS,
	};
	enum job_outcome outcome = run_jobs(s, &run);
	upstream_free(run.upstream);
	settings_free(settings);
	return outcome;
}

int
cli_jobs_run(struct cli *cli)
{
	for (size_t i = 0; i < cli->n; i++)
		if (!is_known(cli->words[i]))
			return CLI_FAILED;
	if (!cli_master(cli) || !cli_database(cli))
		return CLI_FAILED;
	if (!upstream_global_init()) {
		cli_complain("libcurl cannot start");
		return CLI_FAILED;
	}
	struct session s = {.cli = cli, .reports = json_object_new_array()};
	enum job_outcome outcome = run_session(&s);
	if (outcome == JOBS_NO_DATABASE)
		cli_database_failed(cli);
	if (cli->json)
		cli_say_json(s.reports);
	else
		json_object_put(s.reports);
	return outcome == JOBS_DONE ? CLI_DONE : CLI_FAILED;
}
