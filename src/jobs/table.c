/* The table of jobs. One line adds a job. */
#include "base/attr.h"
#include "base/setting.h"
#include "jobs/job.h"

static int64_t
each_minute(const struct settings *settings)
{
	(void)settings;
	return 60;
}

static int64_t
each_hour(const struct settings *settings)
{
	(void)settings;
	return 3600;
}

static int64_t
each_day(const struct settings *settings)
{
	(void)settings;
	return 86400;
}

/* Each key has a date of its own; the job looks whose has come. */
static int64_t
recheck_every_s(const struct settings *settings)
{
	double hours =
	    settings_number(settings, SETTING_ID_CHECK_INTERVAL_HOURS);
	return hours <= 0 ? 0 : 300;
}

/* One run more after the last proxy was taken out forgets it; without any
 * this is one statement. */
static int64_t
proxies_every_s(const struct settings *settings)
{
	(void)settings;
	return 300;
}

/* Until then what nobody could tell the end of costs what was estimated; a new
 * price makes it due. */
static int64_t
budgets_every_s(const struct settings *settings)
{
	(void)settings;
	return 600;
}

/* What is over is not seen any more: it only takes room. */
static int64_t
pictures_every_s(const struct settings *settings)
{
	(void)settings;
	return 600;
}

/* clang-format off */
const struct job job_table[] = {
    {"alerts", each_minute, NULL, job_alerts,
	"look for what somebody should know, and tell the webhooks"},
    {"budgets", budgets_every_s, NULL, job_budgets,
	"take what tokens with a budget have cost from the account"},
    {"deadlines", job_deadlines_every_s, NULL, job_deadlines,
	"let deadlines follow what was measured"},
    {"files", job_files_every_s, NULL, job_files,
	"delete old files at Google"},
    {"housekeeping", each_minute, NULL, job_housekeeping,
	"make the account's next days, account for lost requests, forget"},
    {"models", job_models_every_s, NULL, job_models,
	"ask Gemini for its list of models"},
    {"pictures", pictures_every_s, NULL, job_pictures,
	"remove pictures of the builtin image host whose time is over"},
    {"proxies", proxies_every_s, NULL, job_proxies,
	"ask for an answer through each egress proxy"},
    {"recheck", recheck_every_s, NULL, job_recheck,
	"try disabled keys, and use those again that work"},
    {"retention", each_hour, NULL, job_retention,
	"drop the account's days that are too old or too much"},
    {"tasks", each_minute, NULL, job_tasks,
	"go on with long work that was begun on a page"},
    {"trim", each_day, "03:30", job_trim,
	"forget what happened to keys long ago"},
    {"usage", each_minute, NULL, job_usage,
	"sum up the account for the pages"},
};
/* clang-format on */
const size_t job_table_size = COUNT_OF(job_table);
