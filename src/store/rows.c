/* Results as JSON arrays. */
#include "store/rows.h"

#include <stdlib.h>

#include "base/json.h"
#include "store/db.h"

static struct json_object *
cell(const PGresult *res, int row, int column)
{
	if (PQgetisnull(res, row, column))
		return NULL;
	const char *text = PQgetvalue(res, row, column);
	switch (PQftype(res, column)) {
	case DB_BOOL:
		return json_object_new_boolean(*text == 't');
	case DB_INT2:
	case DB_INT4:
	case DB_INT8:
		return json_object_new_int64(strtoll(text, NULL, 10));
	default:
		return json_object_new_string(text);
	}
}

struct json_object *
rows_to_json(const PGresult *res)
{
	struct json_object *rows = json_object_new_array();
	for (int r = 0; r < PQntuples(res); r++) {
		struct json_object *o = json_object_new_object();
		for (int c = 0; c < PQnfields(res); c++)
			json_set(o, PQfname(res, c), cell(res, r, c));
		json_object_array_add(rows, o);
	}
	return rows;
}
