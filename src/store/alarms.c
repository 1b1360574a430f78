/* Alarms in the database. */
#include "store/alarms.h"

#include "store/db.h"
#include "store/rows.h"

struct json_object *
alarms_list(struct db *db, bool all)
{
	struct db_args a = {0};
	db_arg_bool(&a, all);
	PGresult *res =
	    db_call(db, "select * from keywheel.list_alarms($1)", &a);
	struct json_object *rows = res == NULL ? NULL : rows_to_json(res);
	PQclear(res);
	return rows;
}

bool
alarms_end_stale(struct db *db)
{
	struct db_args a = {0};
	PGresult *res = db_call(db, "select keywheel.end_stale_alarms()", &a);
	PQclear(res);
	return res != NULL;
}
