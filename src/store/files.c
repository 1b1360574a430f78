/* Files at Google. */
#include "store/files.h"

#include "store/page_data.h"

struct json_object *
files_page(struct db *db, const struct files_query *query)
{
	struct db_args a = {0};
	db_arg_int_or_null(&a, query->token_id, query->token_id == 0);
	db_arg_typed(&a, query->state, DB_TEXT);
	db_arg_typed(&a, query->text, DB_TEXT);
	db_arg_int_or_null(&a, query->after_us, query->after == NULL);
	db_arg_typed(&a, query->after, DB_TEXT);
	db_arg_int(&a, query->limit);
	return page_data(
	    db, "select keywheel.file_page($1,$2,$3,$4,$5,$6) as data", &a);
}
