/* Remembering outside of the account. */
#include "base/json.h"
#include "store/db.h"
#include "store/memory.h"

bool
memory_note(struct db *db, const char *sql, struct db_args *args,
    struct json_object *remember)
{
	struct buf text;
	struct json_object *legal = memory_remember(remember);
	bool ok = true;
	buf_init(&text, BUF_LARGE);
	if (legal != NULL) {
		json_write(&text, legal);
		db_arg_typed(args, buf_cstr(&text), DB_JSONB);
		ok = db_do(db, sql, args);
	}
	buf_clear(&text);
	json_object_put(legal);
	return ok;
}
