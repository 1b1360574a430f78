/* Checking the egress proxies. */
#include "base/json.h"
#include "gateway/egress.h"
#include "gateway/egress_check.h"
#include "jobs/job.h"
#include "store/db.h"

bool
job_proxies(struct job_run *run, struct buf *message)
{
	const struct direct way = job_direct(run, EGRESS_CHECK_MS);
	struct egress *egress = egress_new(run->settings, run->master, NULL);
	struct egress_check check;
	egress_check_begin(&check, egress, &way);
	while (job_goes_on(run) && egress_check_some(&check))
		;
	size_t well = 0, checked = json_count(check.checks);
	for (size_t i = 0; i < checked; i++)
		well += json_get_bool(json_at(check.checks, i), "works");
	/* Where it was cut short the next run begins elsewhere. */
	run->more = checked == 0 && egress_count(egress) > 0;
	bool done = egress_check_end(&check);
	if (!done)
		buf_str(message, db_error(run->db));
	else if (egress_count(egress) == 0)
		buf_str(message, "there are none");
	else
		buf_fmt(message, "%zu of %zu work", well, checked);
	egress_check_clear(&check);
	egress_free(egress);
	return done;
}
