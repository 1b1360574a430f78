/* Pages of models. */
#include "store/model_pages.h"

#include <json-c/json.h>

#include "base/json.h"
#include "store/db.h"
#include "store/page_data.h"

/* The argument borrows the text from the value; NULL is null. */
static void
arg_json(struct db_args *a, struct json_object *value)
{
	db_arg_typed(a,
	    value == NULL
		? NULL
		: json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN),
	    DB_JSONB);
}

struct json_object *
model_pages_list(struct db *db, struct json_object *names)
{
	struct db_args a = {0};
	arg_json(&a, names);
	return page_data(db, "select keywheel.model_list_page($1) as data", &a);
}

struct json_object *
model_pages_one(struct db *db, const char *name, const char *range)
{
	struct db_args a = {0};
	db_arg_typed(&a, name, DB_TEXT);
	db_arg_typed(&a, range, DB_TEXT);
	return page_data(db,
	    "select coalesce(keywheel.model_page($1,$2), '{\"row\": null}') "
	    "as data",
	    &a);
}

bool
model_pages_put_price(struct db *db, struct json_object *price, const char *by)
{
	struct db_args a = {0};
	arg_json(&a, price);
	db_arg_typed(&a, by, DB_TEXT);
	return db_do(db, "select keywheel.put_price($1,$2)", &a);
}
