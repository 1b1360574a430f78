/* Deadlines follow what was measured. */
#include "gateway/deadlines.h"

#include "base/setting.h"
#include "jobs/job.h"

int64_t
job_deadlines_every_s(const struct settings *settings)
{
	return settings_int(settings, SETTING_ID_ADAPTIVE_DEADLINES) != 0 ? 3600
									  : 0;
}

bool
job_deadlines(struct job_run *run, struct buf *message)
{
	return deadlines_compute(run->db, run->settings, message);
}
