/*
 * Files at Google that are older than FILES_KEEP_HOURS are deleted there.
 * What is over by itself is forgotten by the housekeeping.
 */
#include <string.h>

#include "base/json.h"
#include "base/setting.h"
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

/* Is it gone now, whoever has deleted it? */
static bool
is_gone(const struct direct_call *call)
{
	return call->end == ATTEMPT_ANSWERED ||
	    (call->end == ATTEMPT_REFUSED &&
		(call->status == 403 || call->status == 404) &&
		call->verdict.fault == FAULT_NOT_FOUND);
}

/* Delete them at Google, side by side; what is gone comes into the list. */
static void delete (struct job_run *run, struct old_resource *files, int n,
    struct json_object *gone)
{
	struct direct_call calls[EXCHANGE_LANES] = {0};
	struct buf paths[EXCHANGE_LANES];
	struct direct way = job_direct(run, LIMIT_MS);
	for (int i = 0; i < n; i++) {
		buf_init(&paths[i], BUF_SMALL);
		buf_fmt(&paths[i], "/%s", files[i].name);
		calls[i] = (struct direct_call){.pool = files[i].pool,
		    .secret = files[i].secret,
		    .scope = files[i].scope,
		    .method = "DELETE",
		    .file_route = true,
		    .path = buf_cstr(&paths[i])};
	}
	direct_run(&way, calls, n);
	for (int i = 0; i < n; i++) {
		if (is_gone(&calls[i])) {
			struct json_object *o = json_object_new_object();
			json_set_text(o, "name", files[i].name);
			json_set_text(o, "scope", files[i].scope);
			json_object_array_add(gone, o);
		}
		direct_clear(&calls[i]);
		buf_clear(&paths[i]);
	}
}

/* One slice, behind those that could not be deleted: how many files there were,
 * and how many of them are gone; -1 if the database could not be asked. */
static int
work(struct job_run *run, int64_t keep_s, size_t failed, size_t *gone)
{
	struct old_resource files[EXCHANGE_LANES];
	struct json_object *list = json_object_new_array();
	int n = resources_old(run->db, run->master, "files", keep_s,
	    (int64_t)failed, files, EXCHANGE_LANES);
	if (n > 0)
		delete (run, files, n, list);
	*gone = json_count(list);
	if (*gone > 0 && !resources_drop(run->db, list))
		n = -1;
	for (int i = 0; i < n; i++)
		resources_clear_old(&files[i]);
	json_object_put(list);
	return n;
}

bool
job_files(struct job_run *run, struct buf *message)
{
	int64_t hours =
	    settings_int(run->settings, SETTING_ID_FILES_KEEP_HOURS);
	size_t total = 0, failed = 0, gone = 0;
	int n = 1;
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
		total += gone;
		failed += (size_t)n - gone;
	}
	buf_fmt(message, "%zu files deleted", total);
	return true;
}
