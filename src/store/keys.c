/* Keys in the database: sealed secrets, keyed hashes, states. */
#include "store/keys.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "store/db.h"
#include "store/hash_list.h"
#include "store/rows.h"

enum key_added
keys_add(struct db *db, const struct master_key *master, const char *pool,
    const char *secret, const char *origin, int64_t *key_id)
{
	size_t len = strlen(secret);
	uint8_t hash[CRYPT_HASH_SIZE];
	struct buf sealed, hint;
	buf_init(&sealed, BUF_SMALL);
	buf_init(&hint, BUF_SMALL);
	crypt_hash(master, secret, len, hash);
	text_mask(&hint, secret);

	PGresult *res = NULL;
	if (crypt_seal(master, secret, len, &sealed)) {
		struct db_args a = {0};
		db_arg_text(&a, pool);
		db_arg_bytes(&a, hash, sizeof(hash));
		db_arg_bytes(&a, sealed.data, sealed.len);
		db_arg_text(&a, buf_cstr(&hint));
		db_arg_text(&a, NULL);
		db_arg_text(&a, origin);
		res = db_call(db,
		    "select * from keywheel.add_key($1,$2,$3,$4,$5,$6)", &a);
	}
	enum key_added added = KEY_FAILED;
	if (res != NULL) {
		const char *word = db_cell(res, 0, "result");
		*key_id = db_cell_int(res, 0, "key_id");
		added = text_same(word, "added")  ? KEY_ADDED
		    : text_same(word, "restored") ? KEY_RESTORED
						  : KEY_KNOWN;
	}
	PQclear(res);
	buf_clear(&sealed);
	buf_clear(&hint);
	return added;
}

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

struct json_object *
keys_list(struct db *db)
{
	PGresult *res = db_call(db, "select * from keywheel.list_keys()", NULL);
	struct json_object *rows = res == NULL ? NULL : rows_to_json(res);
	PQclear(res);
	return rows;
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
