/* The built-in image host forgets what is over. */
#include "store/pictures.h"

#include "base/setting.h"
#include "jobs/job.h"
#include "store/db.h"

#define BATCH 100
#define MB ((int64_t)1024 * 1024)

bool
job_pictures(struct job_run *run, struct buf *message)
{
	int64_t max =
	    settings_int(run->settings, SETTING_ID_PICTURE_STORE_MB) * MB;
	int64_t total = 0, removed = BATCH;
	while (removed == BATCH && job_goes_on(run)) {
		removed = pictures_trim(run->db, max, BATCH);
		if (removed < 0) {
			buf_str(message, db_error(run->db));
			return false;
		}
		total += removed;
	}
	run->more = removed == BATCH;
	if (total > 0)
		buf_fmt(message, "%lld pictures removed", (long long)total);
	return true;
}
