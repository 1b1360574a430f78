/* Keys that were pasted. */
#include "store/key_draft.h"

#include "base/json.h"
#include "store/db.h"
#include "store/key_intake.h"

/* Keys of one call: far less than what the database has time for. */
#define PART 5000
#define ENTER 25000

/* The next keys from *next on, which is moved. */
static bool
keep_part(struct db *db, const struct key_intake *in, const char *id,
    int64_t part, size_t *next)
{
	struct json_object *rows = json_object_new_array();
	struct db_args a = {0};
	struct buf text;
	for (; *next < in->n && json_count(rows) < PART; (*next)++) {
		const struct key_new *key = &in->keys[*next];
		if (key->taken == KEY_ADDED || key->taken == KEY_RESTORED)
			json_object_array_add(rows, json_object_get(key->row));
	}
	buf_init(&text, BUF_LARGE);
	json_write(&text, rows);
	db_arg_typed(&a, id, DB_UUID);
	db_arg_int(&a, part);
	db_arg_typed(&a, buf_cstr(&text), DB_JSONB);
	bool ok = json_count(rows) == 0 ||
	    db_do(db, "select keywheel.put_key_draft($1,$2,$3)", &a);
	buf_clear(&text);
	json_object_put(rows);
	return ok;
}

bool
key_draft_keep(
    struct db *db, const struct key_intake *in, char id[CRYPT_ID_SIZE + 1])
{
	bool ok = true;
	crypt_uuid7(id);
	size_t next = 0;
	for (int64_t part = 0; ok && next < in->n; part++)
		ok = keep_part(db, in, id, part, &next);
	return ok;
}

/* --- adding -------------------------------------------------------------- */

static bool
begin(struct db *db, const char *id, const char *by, int64_t *task_id)
{
	struct db_args a = {0};
	db_arg_typed(&a, id, DB_UUID);
	db_arg_typed(&a, by, DB_TEXT);
	PGresult *res = db_call(
	    db, "select keywheel.begin_key_draft($1,$2) as task_id", &a);
	*task_id = res == NULL ? 0 : db_cell_int(res, 0, "task_id");
	PQclear(res);
	return res != NULL;
}

static bool
add_part(struct db *db, const char *id, const char *by,
    struct key_draft_end *end, bool *more)
{
	struct db_args a = {0};
	db_arg_typed(&a, id, DB_UUID);
	db_arg_int(&a, end->task_id);
	db_arg_typed(&a, by, DB_TEXT);
	PGresult *res = db_call(
	    db, "select * from keywheel.add_key_draft_part($1,$2,$3)", &a);
	if (res == NULL)
		return false;
	end->added += db_cell_int(res, 0, "added");
	end->restored += db_cell_int(res, 0, "restored");
	end->known += db_cell_int(res, 0, "known");
	*more = db_cell_bool(res, 0, "more");
	PQclear(res);
	return true;
}

/* Few calls: many keys at once spread better in the rotation. */
static bool
enter(struct db *db, int64_t task_id)
{
	int64_t after = 0;
	bool more = true, ok = true;
	while (ok && more) {
		struct db_args a = {0};
		db_arg_int(&a, task_id);
		db_arg_int(&a, after);
		db_arg_int(&a, ENTER);
		PGresult *res = db_call(db,
		    "select keywheel.enter_key_draft($1,$2,$3) as last", &a);
		ok = res != NULL;
		more = ok && db_cell(res, 0, "last") != NULL;
		after = more ? db_cell_int(res, 0, "last") : 0;
		PQclear(res);
	}
	return ok;
}

static bool
finish(struct db *db, bool verify, int64_t *task_id)
{
	struct db_args a = {0};
	db_arg_int(&a, *task_id);
	db_arg_bool(&a, verify);
	PGresult *res =
	    db_call(db, "select keywheel.end_key_draft($1,$2) as going", &a);
	if (res == NULL || !db_cell_bool(res, 0, "going"))
		*task_id = 0;
	PQclear(res);
	return res != NULL;
}

bool
key_draft_add(struct db *db, const char *id, const char *by, bool verify,
    bool *found, struct key_draft_end *end)
{
	*end = (struct key_draft_end){0};
	*found = false;
	if (!db_begin(db))
		return false;
	bool ok = begin(db, id, by, &end->task_id);
	bool more = ok && end->task_id > 0;
	*found = more;
	while (ok && more)
		ok = add_part(db, id, by, end, &more);
	if (ok && *found)
		ok = enter(db, end->task_id) &&
		    finish(db, verify, &end->task_id);
	return db_end(db, ok) && ok;
}
