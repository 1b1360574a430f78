/* The calls of sums. */
#include "store/usage.h"

#include "base/json.h"
#include "store/db.h"
#include "store/page_data.h"

/* Of each table; about a second's work. */
#define BATCH 10000

bool
usage_sum(struct db *db, int64_t *summed, bool *more)
{
	struct db_args a = {0};
	db_arg_int(&a, BATCH);
	PGresult *res = db_call(db, "select * from keywheel.sum_usage($1)", &a);
	*summed = res == NULL ? 0 : db_cell_int(res, 0, "summed");
	*more = res != NULL && db_cell_bool(res, 0, "more");
	PQclear(res);
	return res != NULL;
}

struct json_object *
usage_series(struct db *db, const char *range, struct json_object *filter)
{
	struct db_args a = {0};
	struct buf text;
	buf_init(&text, BUF_SMALL);
	if (filter == NULL)
		buf_str(&text, "{}");
	else
		json_write(&text, filter);
	db_arg_typed(&a, range, DB_TEXT);
	db_arg_text(&a, buf_cstr(&text));
	struct json_object *series = page_data(
	    db, "select keywheel.usage_series($1, $2::jsonb) as data", &a);
	buf_clear(&text);
	return series;
}

struct json_object *
usage_dashboard(struct db *db, const char *range)
{
	struct db_args a = {0};
	db_arg_typed(&a, range, DB_TEXT);
	return page_data(db, "select keywheel.dashboard($1) as data", &a);
}
