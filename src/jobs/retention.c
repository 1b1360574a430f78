/* Retention: old days of the account go, and what is too much of it. */
#include "store/retention.h"

#include <poll.h>
#include <string.h>

#include "base/attr.h"
#include "base/setting.h"
#include "jobs/job.h"
#include "store/db.h"

#define MB ((int64_t)1000 * 1000)
/* A day is dropped between two requests: how often such an instant is looked
 * for, and how long after another. */
#define TRIES 200
#define PAUSE_MS 10

/* What went, of each table. */
static const struct source {
	const char *name, *words;
} sources[] = {
    {"requests", "requests"},
    {"attempts", "failed attempts"},
    {"request_bodies", "recorded bodies"},
};

struct sums {
	struct {
		int64_t days, rows; /* whole days; rows without a day */
	} of[COUNT_OF(sources)];
	int64_t bytes; /* of the days */
};

static void
add(struct sums *sums, const struct retention_step *step)
{
	for (size_t i = 0; i < COUNT_OF(sources); i++) {
		if (strcmp(sources[i].name, step->source) != 0)
			continue;
		if (step->day[0] != '\0')
			sums->of[i].days++;
		else
			sums->of[i].rows += step->rows;
	}
	sums->bytes += step->bytes;
}

static void
write_part(struct buf *out, int64_t n, const char *what, const char *of)
{
	if (n > 0)
		buf_fmt(out, "%s%lld %s%s of %s", out->len > 0 ? ", " : "",
		    (long long)n, what, n == 1 ? "" : "s", of);
}

static void
write_sums(struct buf *out, const struct sums *sums)
{
	for (size_t i = 0; i < COUNT_OF(sources); i++) {
		write_part(out, sums->of[i].days, "day", sources[i].words);
		write_part(out, sums->of[i].rows, "row", sources[i].words);
	}
	if (out->len == 0)
		buf_str(out, "nothing was to go");
	else if (sums->bytes > 0)
		buf_fmt(
		    out, " dropped, %.1f MB", (double)sums->bytes / (double)MB);
	else
		buf_str(out, " deleted");
}

/* The setting's value where it is on, -1 where it is off. */
static int64_t
days(const struct settings *settings, enum setting_id on, enum setting_id value)
{
	return settings_int(settings, on) ? settings_int(settings, value) : -1;
}

static struct retention
wanted_by(const struct settings *settings)
{
	int64_t max = settings_int(settings, SETTING_ID_ACCOUNT_MAX_MB);
	return (struct retention){
	    .attempt_days =
		days(settings, SETTING_ID_AUTO_DELETE_ERROR_LOGS_ENABLED,
		    SETTING_ID_AUTO_DELETE_ERROR_LOGS_DAYS),
	    .request_days =
		days(settings, SETTING_ID_AUTO_DELETE_REQUEST_LOGS_ENABLED,
		    SETTING_ID_AUTO_DELETE_REQUEST_LOGS_DAYS),
	    .max_bytes = max > 0 ? max * MB : -1,
	};
}

bool
job_retention(struct job_run *run, struct buf *message)
{
	struct retention wanted = wanted_by(run->settings);
	struct retention_step step = {.source = "?"};
	struct sums sums = {0};
	int tries = 0;
	while (step.source[0] != '\0' && tries < TRIES && job_goes_on(run)) {
		if (!retention_do(run->db, &wanted, &step)) {
			buf_str(message, db_error(run->db));
			return false;
		}
		tries = step.busy ? tries + 1 : 0;
		if (step.busy)
			poll(NULL, 0, PAUSE_MS);
		else
			add(&sums, &step);
	}
	write_sums(message, &sums);
	/* Who reads it may do so for long; the next run looks again. */
	if (tries == TRIES)
		buf_fmt(message, "; the day %s of %s is in use", step.day,
		    step.source);
	else
		run->more = step.source[0] != '\0';
	return true;
}
