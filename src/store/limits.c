/* Limits in the database. */
#include "store/limits.h"

#include "store/db.h"
#include "store/rows.h"

struct json_object *
limits_list(struct db *db)
{
	PGresult *res =
	    db_call(db, "select * from keywheel.list_limits()", NULL);
	struct json_object *rows = res == NULL ? NULL : rows_to_json(res);
	PQclear(res);
	return rows;
}

bool
limits_set(struct db *db, const char *scope, const char *model,
    const char *kind, int64_t value, bool *changed)
{
	struct db_args a = {0};
	db_arg_typed(&a, scope, DB_TEXT);
	db_arg_typed(&a, model, DB_TEXT);
	db_arg_typed(&a, kind, DB_TEXT);
	db_arg_int_or_null(&a, value, value < 0);
	PGresult *res = db_call(
	    db, "select keywheel.change_limit($1,$2,$3,$4) as changed", &a);
	*changed = res != NULL && db_cell_bool(res, 0, "changed");
	PQclear(res);
	return res != NULL;
}
