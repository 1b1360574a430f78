/*
 * Files at Google that are older than FILES_KEEP_HOURS are deleted there.
 * What is over by itself is forgotten by the housekeeping.
 */
#include "base/setting.h"
#include "gateway/file_delete.h"
#include "jobs/job.h"
#include "store/db.h"
#include "store/resources.h"

#define HOUR_S 3600
#define LIMIT_MS 15000

/* So many that cannot be deleted now, and it is left for another time. */
#define MOST_FAILED 100

/* Google deletes files after that by itself. */
#define GOOGLES_HOURS 48

int64_t
job_files_every_s(const struct settings *settings)
{
	return settings_int(settings, SETTING_ID_FILES_CLEANUP_ENABLED)
	    ? HOUR_S *
		settings_int(settings, SETTING_ID_FILES_CLEANUP_INTERVAL_HOURS)
	    : 0;
}

/* One slice, behind those that could not be deleted: how many files there were,
 * and how many of them are gone; -1 if the database could not be asked. */
static int
work(struct job_run *run, int64_t keep_s, size_t failed, int *gone)
{
	struct old_resource files[EXCHANGE_LANES];
	const struct direct way = job_direct(run, LIMIT_MS);
	int n = resources_old(run->db, run->master, "files", keep_s,
	    (int64_t)failed, files, EXCHANGE_LANES);
	int found = n;
	*gone = 0;
	if (n > 0 && !file_delete(&way, files, n, gone))
		n = -1;
	for (int i = 0; i < found; i++)
		resources_clear_old(&files[i]);
	return n;
}

bool
job_files(struct job_run *run, struct buf *message)
{
	int64_t hours =
	    settings_int(run->settings, SETTING_ID_FILES_KEEP_HOURS);
	size_t total = 0, failed = 0;
	int n = 1, gone = 0;
	if (hours >= GOOGLES_HOURS) {
		buf_str(message, "Google deletes files by itself");
		return true;
	}
	/* What cannot be deleted now must not stand before all others. */
	while (n > 0 && failed < MOST_FAILED) {
		if (!job_goes_on(run)) {
			run->more = true;
			break;
		}
		n = work(run, hours * HOUR_S, failed, &gone);
		if (n < 0) {
			buf_str(message, db_error(run->db));
			return false;
		}
		total += (size_t)gone;
		failed += (size_t)(n - gone);
	}
	buf_fmt(message, "%zu files deleted", total);
	return true;
}
