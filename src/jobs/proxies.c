/* Checking the egress proxies. */
#include "base/json.h"
#include "gateway/egress.h"
#include "gateway/egress_check.h"
#include "jobs/job.h"
#include "store/db.h"

bool
job_proxies(struct job_run *run, struct buf *message)
{
	struct egress *egress = egress_new(run->settings, run->master, NULL);
	struct json_object *checks =
	    egress_check(egress, run->db, run->upstream, run->settings);
	size_t well = 0, all = json_count(checks);
	for (size_t i = 0; i < all; i++)
		well += json_get_bool(json_at(checks, i), "works");
	bool done = checks != NULL;
	if (done)
		buf_fmt(message, "%zu of %zu work", well, all);
	else
		buf_str(message, db_error(run->db));
	json_object_put(checks);
	egress_free(egress);
	return done;
}
