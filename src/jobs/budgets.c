/* What months of tokens have cost, taken from the account again: prices may
 * have changed, and of some requests nobody could tell the end. */
#include "jobs/job.h"
#include "store/db.h"
#include "store/tokens.h"

bool
job_budgets(struct job_run *run, struct buf *message)
{
	int64_t counted = 0, token_id = 0;
	do {
		token_id = tokens_recount_budget(run->db, token_id);
		counted += token_id > 0;
	} while (token_id > 0 && job_goes_on(run));
	if (token_id < 0) {
		buf_str(message, db_error(run->db));
		return false;
	}
	if (counted > 0)
		buf_fmt(message, "%lld budgets", (long long)counted);
	return true;
}
