/* The list of models. */
#include "store/models.h"

#include <string.h>

#include "base/json.h"
#include "store/db.h"

struct json_object *
models_load(struct db *db, int64_t *age_ms)
{
	PGresult *res =
	    db_call(db, "select * from keywheel.get_models()", NULL);
	const char *text = res == NULL ? NULL : db_cell(res, 0, "models");
	struct json_object *list =
	    text == NULL ? NULL : json_parse(text, strlen(text), NULL);
	if (list != NULL)
		*age_ms = db_cell_int(res, 0, "age_ms");
	PQclear(res);
	return list;
}

struct json_object *
models_names(struct db *db)
{
	PGresult *res =
	    db_call(db, "select keywheel.get_model_names() as names", NULL);
	const char *text = res == NULL ? NULL : db_cell(res, 0, "names");
	struct json_object *names =
	    text == NULL ? NULL : json_parse(text, strlen(text), NULL);
	PQclear(res);
	return names;
}

bool
models_claim(struct db *db, int64_t max_age_ms)
{
	struct db_args a = {0};
	db_arg_int(&a, max_age_ms);
	PGresult *res = db_call(
	    db, "select keywheel.claim_models_fetch($1) as claimed", &a);
	bool claimed = res != NULL && db_cell_bool(res, 0, "claimed");
	PQclear(res);
	return claimed;
}

bool
models_put(struct db *db, struct json_object *list, int64_t key_id)
{
	struct db_args a = {0};
	db_arg_typed(&a,
	    json_object_to_json_string_ext(list, JSON_C_TO_STRING_PLAIN),
	    DB_JSONB);
	db_arg_int_or_null(&a, key_id, key_id == 0);
	return db_do(db, "select keywheel.put_models($1,$2)", &a);
}

bool
models_fail(struct db *db, const char *why)
{
	struct db_args a = {0};
	db_arg_typed(&a, why, DB_TEXT);
	return db_do(db, "select keywheel.fail_models_fetch($1)", &a);
}

bool
models_release(struct db *db)
{
	return db_do(db, "select keywheel.release_models_fetch()", NULL);
}
