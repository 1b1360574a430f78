/* Thought signatures outside of the account. */
#include "store/signatures.h"

#include "store/db.h"
#include "store/memory.h"

bool
signatures_keep(struct db *db, int64_t token_id, int64_t key_id,
    const char *model, struct json_object *remember)
{
	struct db_args a = {0};
	db_arg_int(&a, token_id);
	db_arg_int(&a, key_id);
	db_arg_text(&a, model);
	return memory_note(db,
	    "select keywheel.keep_signatures($1, $2, $3, $4)", &a, remember);
}
