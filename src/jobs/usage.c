/* Sums of the account, for the pages. */
#include "store/usage.h"

#include "jobs/job.h"
#include "store/db.h"

bool
job_usage(struct job_run *run, struct buf *message)
{
	int64_t total = 0, summed;
	run->more = true;
	while (run->more && job_goes_on(run)) {
		if (!usage_sum(run->db, &summed, &run->more)) {
			buf_str(message, db_error(run->db));
			return false;
		}
		total += summed;
	}
	buf_fmt(message, "%lld rows summed up", (long long)total);
	return true;
}
