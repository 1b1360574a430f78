/* Pages of tokens. */
#include "store/token_pages.h"

#include <json-c/json.h>

#include "base/json.h"
#include "store/page_data.h"

struct json_object *
token_pages_list(struct db *db, const char *state, const char *search,
    int64_t skip, int64_t limit)
{
	struct json_object *filter = json_object_new_object();
	json_set_text(filter, "state", state);
	json_set_text(filter, "search", search);
	json_set_int(filter, "skip", skip);
	json_set_int(filter, "limit", limit);
	struct db_args a = {0};
	db_arg_typed(&a,
	    json_object_to_json_string_ext(filter, JSON_C_TO_STRING_PLAIN),
	    DB_JSONB);
	struct json_object *data =
	    page_data(db, "select keywheel.token_list_page($1) as data", &a);
	json_object_put(filter);
	return data;
}

struct json_object *
token_pages_one(struct db *db, int64_t token_id, const char *range)
{
	struct db_args a = {0};
	db_arg_int(&a, token_id);
	db_arg_typed(&a, range, DB_TEXT);
	return page_data(db,
	    "select coalesce(keywheel.token_page($1,$2), "
	    "'{\"token\": null}') as data",
	    &a);
}
