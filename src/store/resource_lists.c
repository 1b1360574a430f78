/* Resources outside of the account. */
#include "store/resource_lists.h"

#include <string.h>

#include "base/json.h"
#include "store/db.h"
#include "store/memory.h"

bool
resource_lists_note(struct db *db, int64_t token_id, int64_t key_id,
    struct json_object *remember)
{
	struct db_args a = {0};
	db_arg_int(&a, token_id);
	db_arg_int(&a, key_id);
	return memory_note(
	    db, "select keywheel.note_resources($1, $2, $3)", &a, remember);
}

struct json_object *
resource_lists_seen(struct db *db, int64_t token_id, struct json_object *names)
{
	struct db_args a = {0};
	struct buf text;
	buf_init(&text, BUF_LARGE);
	json_write(&text, names);
	db_arg_int(&a, token_id);
	db_arg_typed(&a, buf_cstr(&text), DB_JSONB);
	PGresult *res =
	    db_call(db, "select keywheel.seen_names($1, $2) as seen", &a);
	const char *seen = res == NULL ? NULL : db_cell(res, 0, "seen");
	struct json_object *o =
	    seen == NULL ? NULL : json_parse(seen, strlen(seen), NULL);
	PQclear(res);
	buf_clear(&text);
	return o;
}
