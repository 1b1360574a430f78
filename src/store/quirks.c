/* Quirks of models. */
#include "store/quirks.h"

#include <string.h>

#include "base/json.h"
#include "store/db.h"
#include "store/rows.h"

struct json_object *
quirks_load(struct db *db)
{
	PGresult *res =
	    db_call(db, "select keywheel.get_quirks() as quirks", NULL);
	const char *text = res == NULL ? NULL : db_cell(res, 0, "quirks");
	struct json_object *o =
	    text == NULL ? NULL : json_parse(text, strlen(text), NULL);
	PQclear(res);
	return o;
}

struct json_object *
quirks_list(struct db *db)
{
	PGresult *res =
	    db_call(db, "select * from keywheel.list_quirks()", NULL);
	struct json_object *rows = res == NULL ? NULL : rows_to_json(res);
	PQclear(res);
	return rows;
}

int64_t
quirks_forget(struct db *db, const char *model)
{
	struct db_args a = {0};
	db_arg_typed(&a, model, DB_TEXT);
	PGresult *res =
	    db_call(db, "select keywheel.forget_quirks($1) as forgotten", &a);
	int64_t forgotten = res == NULL ? -1 : db_cell_int(res, 0, "forgotten");
	PQclear(res);
	return forgotten;
}
