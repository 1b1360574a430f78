/* Rests for everybody in the database. */
#include "store/rests.h"

#include "store/db.h"
#include "store/rows.h"

struct json_object *
rests_list(struct db *db)
{
	PGresult *res =
	    db_call(db, "select * from keywheel.list_rests()", NULL);
	struct json_object *rows = res == NULL ? NULL : rows_to_json(res);
	PQclear(res);
	return rows;
}

int64_t
rests_end(struct db *db, const char *model, const char *cause)
{
	struct db_args a = {0};
	db_arg_typed(&a, model, DB_TEXT);
	db_arg_typed(&a, cause, DB_TEXT);
	PGresult *res =
	    db_call(db, "select keywheel.end_rests($1,$2) as ended", &a);
	int64_t ended = res == NULL ? -1 : db_cell_int(res, 0, "ended");
	PQclear(res);
	return ended;
}
