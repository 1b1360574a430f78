/* The calls of alerts. */
#include "store/alerts.h"

#include "base/json.h"
#include "store/db.h"
#include "store/page_data.h"

bool
alerts_work(struct db *db, struct json_object *with)
{
	struct db_args a = {0};
	db_arg_typed(&a,
	    json_object_to_json_string_ext(with, JSON_C_TO_STRING_PLAIN),
	    DB_JSONB);
	return db_do(db, "select keywheel.work_alerts($1)", &a);
}

struct json_object *
alerts_claim(struct db *db, int64_t hold_ms)
{
	struct db_args a = {0};
	db_arg_int(&a, hold_ms);
	return page_data(db, "select keywheel.claim_alert($1) as data", &a);
}

bool
alerts_finish(struct db *db, const char *claim, const char *result,
    const char *error, int64_t retry_after_s)
{
	struct db_args a = {0};
	db_arg_typed(&a, claim, DB_UUID);
	db_arg_typed(&a, result, DB_TEXT);
	db_arg_typed(&a, error, DB_TEXT);
	db_arg_int(&a, retry_after_s);
	return db_do(db, "select keywheel.finish_alert($1,$2,$3,$4)", &a);
}

struct json_object *
alerts_receivers(struct db *db)
{
	return page_data(db, "select keywheel.list_receivers() as data", NULL);
}

struct json_object *
alerts_page(struct db *db, int64_t before, int64_t limit)
{
	struct db_args a = {0};
	db_arg_int_or_null(&a, before, before == 0);
	db_arg_int(&a, limit);
	return page_data(db, "select keywheel.alert_page($1,$2) as data", &a);
}
