/* The overview page's one call to the database. */
#include "store/overview.h"

#include <string.h>

#include "base/json.h"
#include "store/db.h"

struct json_object *
overview_load(struct db *db)
{
	PGresult *res =
	    db_call(db, "select keywheel.overview() as overview", NULL);
	const char *text = res == NULL ? NULL : db_cell(res, 0, "overview");
	struct json_object *o =
	    text == NULL ? NULL : json_parse(text, strlen(text), NULL);
	PQclear(res);
	return o;
}
