/* Small jobs of the database's own. */
#include "jobs/job.h"
#include "store/alarms.h"
#include "store/db.h"
#include "store/requests.h"

#define EVENT_DAYS 90
#define EVENT_BATCH 20000

bool
job_housekeeping(struct job_run *run, struct buf *message)
{
	bool done = true;
	/* What is too much for one call is due again at once. */
	while (done && job_goes_on(run))
		if (!requests_maintain(run->db, &done)) {
			buf_str(message, db_error(run->db));
			return false;
		}
	run->more = done;
	if (!alarms_end_stale(run->db)) {
		buf_str(message, db_error(run->db));
		return false;
	}
	return true;
}

bool
job_trim(struct job_run *run, struct buf *message)
{
	int64_t total = 0, trimmed = EVENT_BATCH;
	while (trimmed == EVENT_BATCH && job_goes_on(run)) {
		trimmed =
		    jobs_trim_key_events(run->db, EVENT_DAYS, EVENT_BATCH);
		if (trimmed < 0) {
			buf_str(message, db_error(run->db));
			return false;
		}
		total += trimmed;
	}
	run->more = trimmed == EVENT_BATCH;
	buf_fmt(message, "%lld events of keys forgotten", (long long)total);
	return true;
}
