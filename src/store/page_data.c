/* Data of pages. */
#include "store/page_data.h"

#include <string.h>

#include "base/json.h"

struct json_object *
page_data(struct db *db, const char *sql, const struct db_args *args)
{
	PGresult *res = db_call(db, sql, args);
	const char *text = res == NULL ? NULL : db_cell(res, 0, "data");
	struct json_object *data =
	    text == NULL ? NULL : json_parse(text, strlen(text), NULL);
	PQclear(res);
	return data;
}
