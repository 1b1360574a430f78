/* Retention of the account. */
#include "store/retention.h"

#include <stdio.h>
#include <string.h>

#include "store/db.h"
#include "store/page_data.h"

/* Rows without a day; a fraction of a second's work. */
#define BATCH 5000

static void
add_limit(struct db_args *a, int64_t limit)
{
	db_arg_int_or_null(a, limit, limit < 0);
}

bool
retention_do(struct db *db, const struct retention *retention,
    struct retention_step *step)
{
	struct db_args a = {0};
	add_limit(&a, retention->attempt_days);
	add_limit(&a, retention->request_days);
	add_limit(&a, retention->max_bytes);
	db_arg_int(&a, BATCH);
	*step = (struct retention_step){0};
	PGresult *res =
	    db_call(db, "select * from keywheel.retire($1,$2,$3,$4)", &a);
	if (res == NULL)
		return false;
	const char *source = db_cell(res, 0, "source");
	const char *part = db_cell(res, 0, "part");
	size_t len = part == NULL ? 0 : strlen(part);
	snprintf(
	    step->source, sizeof(step->source), "%s", source ? source : "");
	if (len > 8)
		snprintf(step->day, sizeof(step->day), "%s", part + len - 8);
	step->rows = db_cell_int(res, 0, "rows");
	step->bytes = db_cell_int(res, 0, "bytes");
	step->busy = db_cell_bool(res, 0, "busy");
	PQclear(res);
	return true;
}

struct json_object *
retention_days(struct db *db)
{
	return page_data(db, "select keywheel.account_days() as data", NULL);
}
