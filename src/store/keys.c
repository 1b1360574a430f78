/* Keys in the database: sealed secrets, keyed hashes, states. */
#include "store/keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "store/db.h"
#include "store/hash_list.h"
#include "store/rows.h"

/* Keys that one call changes. */
#define EDIT_BATCH ((size_t)5000)

int64_t
keys_remove_except(struct db *db, const struct master_key *master,
    const char *pool, const char *origin, const char *const *secrets, size_t n)
{
	struct buf hashes;
	buf_init(&hashes, BUF_LARGE);
	hash_list_write(&hashes, master, secrets, n);
	struct db_args a = {0};
	db_arg_text(&a, pool);
	db_arg_text(&a, origin);
	db_arg_text(&a, buf_cstr(&hashes));
	PGresult *res = db_call(
	    db, "select keywheel.remove_keys_except($1,$2,$3) as removed", &a);
	int64_t removed = res == NULL ? -1 : db_cell_int(res, 0, "removed");
	PQclear(res);
	buf_clear(&hashes);
	return removed;
}

bool
keys_set_state(struct db *db, int64_t key_id, const char *state,
    const char *cause, bool *found)
{
	struct db_args a = {0};
	db_arg_int(&a, key_id);
	db_arg_text(&a, state);
	db_arg_text(&a, cause);
	PGresult *res =
	    db_call(db, "select keywheel.set_key_state($1,$2,$3) as done", &a);
	*found = res != NULL && db_cell_bool(res, 0, "done");
	PQclear(res);
	return res != NULL;
}

/* The rows of a call as JSON. */
static struct json_object *
list(struct db *db, const char *sql, const struct db_args *a)
{
	PGresult *res = db_call(db, sql, a);
	struct json_object *rows = res == NULL ? NULL : rows_to_json(res);
	PQclear(res);
	return rows;
}

struct json_object *
keys_list(struct db *db, const struct keys_filter *filter)
{
	struct db_args a = {0};
	db_arg_typed(&a, filter->state, DB_TEXT);
	db_arg_typed(&a, filter->pool, DB_TEXT);
	db_arg_typed(&a, filter->project, DB_TEXT);
	return list(db, "select * from keywheel.list_keys($1,$2,$3)", &a);
}

struct json_object *
keys_events(struct db *db, int64_t key_id)
{
	struct db_args a = {0};
	db_arg_int(&a, key_id);
	return list(db, "select * from keywheel.list_key_events($1)", &a);
}

/* {1,2,3} */
static void
write_ids(struct buf *out, const int64_t *ids, size_t n)
{
	buf_byte(out, '{');
	for (size_t i = 0; i < n; i++)
		buf_fmt(out, "%s%lld", i > 0 ? "," : "", (long long)ids[i]);
	buf_byte(out, '}');
}

bool
keys_find(struct db *db, const int64_t *ids, size_t n, int64_t **found,
    size_t *n_found)
{
	struct buf text;
	struct db_args a = {0};
	buf_init(&text, BUF_LARGE);
	write_ids(&text, ids, n);
	db_arg_typed(&a, ids == NULL ? NULL : buf_cstr(&text), DB_INT8_ARRAY);
	PGresult *res =
	    db_call(db, "select keywheel.find_keys($1) as key_id", &a);
	buf_clear(&text);
	if (res == NULL)
		return false;
	*n_found = (size_t)PQntuples(res);
	*found = calloc(*n_found + 1, sizeof(**found));
	if (*found == NULL)
		abort();
	for (size_t i = 0; i < *n_found; i++)
		(*found)[i] = db_cell_int(res, (int)i, "key_id");
	PQclear(res);
	return true;
}

bool
keys_edit(struct db *db, const int64_t *ids, size_t n,
    struct json_object *change, const char *cause, size_t *changed)
{
	struct buf text;
	bool ok = true;
	buf_init(&text, BUF_LARGE);
	*changed = 0;
	for (size_t i = 0; ok && i < n; i += EDIT_BATCH) {
		struct db_args a = {0};
		buf_reset(&text);
		write_ids(
		    &text, ids + i, n - i < EDIT_BATCH ? n - i : EDIT_BATCH);
		db_arg_typed(&a, buf_cstr(&text), DB_INT8_ARRAY);
		db_arg_typed(&a,
		    json_object_to_json_string_ext(
			change, JSON_C_TO_STRING_PLAIN),
		    DB_JSONB);
		db_arg_typed(&a, cause, DB_TEXT);
		PGresult *res =
		    db_call(db, "select keywheel.edit_keys($1,$2,$3)", &a);
		ok = res != NULL;
		*changed += ok ? (size_t)PQntuples(res) : 0;
		PQclear(res);
	}
	buf_clear(&text);
	return ok;
}

bool
keys_each(struct db *db, const struct master_key *master, const char *pool,
    keys_fn *fn, void *ctx)
{
	struct db_args a = {0};
	db_arg_text(&a, pool);
	PGresult *res =
	    db_call(db, "select * from keywheel.keys_to_probe($1)", &a);
	if (res == NULL)
		return false;

	bool more = true;
	for (int r = 0; more && r < PQntuples(res); r++) {
		struct buf sealed, plain;
		buf_init(&sealed, BUF_SMALL);
		buf_init(&plain, BUF_SMALL);
		db_cell_bytes(res, r, "secret", &sealed);
		bool opened = sealed.data != NULL &&
		    crypt_open(
			master, (uint8_t *)sealed.data, sealed.len, &plain);
		more = fn(ctx, db_cell_int(res, r, "key_id"),
		    db_cell(res, r, "hint"), opened ? buf_cstr(&plain) : NULL,
		    db_cell(res, r, "scope"));
		if (plain.data != NULL)
			crypt_wipe(plain.data, plain.len);
		buf_clear(&plain);
		buf_clear(&sealed);
	}
	PQclear(res);
	return more;
}
