/* Thought signatures outside of the account. */
#include "store/signatures.h"

#include "base/json.h"
#include "store/db.h"
#include "store/memory.h"

bool
signatures_keep(struct db *db, int64_t token_id, int64_t key_id,
    const char *model, struct json_object *remember)
{
	struct db_args a = {0};
	struct buf text;
	struct json_object *legal = memory_remember(remember);
	bool ok = true;
	buf_init(&text, BUF_LARGE);
	if (legal != NULL) {
		json_write(&text, legal);
		db_arg_int(&a, token_id);
		db_arg_int(&a, key_id);
		db_arg_text(&a, model);
		db_arg_typed(&a, buf_cstr(&text), DB_JSONB);
		ok = db_do(
		    db, "select keywheel.keep_signatures($1, $2, $3, $4)", &a);
	}
	buf_clear(&text);
	json_object_put(legal);
	return ok;
}
