/* Deadlines that follow what was measured. */
#include "store/deadlines.h"

#include <string.h>

#include "base/json.h"
#include "store/db.h"
#include "store/rows.h"

struct json_object *
deadlines_load(struct db *db)
{
	PGresult *res =
	    db_call(db, "select keywheel.get_deadlines() as deadlines", NULL);
	const char *text = res == NULL ? NULL : db_cell(res, 0, "deadlines");
	struct json_object *o =
	    text == NULL ? NULL : json_parse(text, strlen(text), NULL);
	PQclear(res);
	return o;
}

static struct json_object *
rows_of(struct db *db, const char *sql)
{
	PGresult *res = db_call(db, sql, NULL);
	struct json_object *rows = res == NULL ? NULL : rows_to_json(res);
	PQclear(res);
	return rows;
}

struct json_object *
deadlines_list(struct db *db)
{
	return rows_of(db, "select * from keywheel.list_deadlines()");
}

struct json_object *
deadlines_measure(struct db *db)
{
	return rows_of(db, "select * from keywheel.measure_deadlines()");
}

bool
deadlines_put(struct db *db, struct json_object *rows, bool *changed)
{
	struct db_args a = {0};
	db_arg_typed(&a,
	    json_object_to_json_string_ext(rows, JSON_C_TO_STRING_PLAIN),
	    DB_JSONB);
	PGresult *res =
	    db_call(db, "select keywheel.put_deadlines($1) as changed", &a);
	*changed = res != NULL && db_cell_bool(res, 0, "changed");
	PQclear(res);
	return res != NULL;
}
