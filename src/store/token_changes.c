/* Making and changing tokens. */
#include "store/token_changes.h"

#include <json-c/json.h>
#include <string.h>

#include "base/attr.h"
#include "base/text.h"
#include "store/db.h"

static const struct {
	const char *word;
	enum token_change change;
} results[] = {
    {"added", TOKEN_CHANGED},
    {"changed", TOKEN_CHANGED},
    {"rotated", TOKEN_CHANGED},
    {"again", TOKEN_CHANGED_AGAIN},
    {"name_taken", TOKEN_CHANGE_TAKEN},
    {"gone", TOKEN_CHANGE_GONE},
    {"stale", TOKEN_CHANGE_STALE},
    {"last_admin", TOKEN_CHANGE_LAST},
    {"own_address", TOKEN_CHANGE_OWN},
    {"from_env", TOKEN_CHANGE_ENV},
};

/* By the column `result`. */
static enum token_change
read_result(const PGresult *res)
{
	const char *word = res == NULL ? NULL : db_cell(res, 0, "result");
	for (size_t i = 0; i < COUNT_OF(results); i++)
		if (text_same(word, results[i].word))
			return results[i].change;
	return TOKEN_CHANGE_FAILED;
}

/* Its hash and its hint, which is written to hint. */
static void
add_secret(struct db_args *a, const struct token_secret *secret,
    uint8_t hash[CRYPT_HASH_SIZE], struct buf *hint)
{
	buf_init(hint, BUF_SMALL);
	crypt_hash(secret->master, secret->text, strlen(secret->text), hash);
	text_mask(hint, secret->text);
	db_arg_bytes(a, hash, CRYPT_HASH_SIZE);
	db_arg_typed(a, buf_cstr(hint), DB_TEXT);
}

static void
add_json(struct db_args *a, struct json_object *o)
{
	db_arg_typed(a,
	    json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN),
	    DB_JSONB);
}

enum token_change
token_create(struct db *db, const struct token_secret *secret,
    const char *origin, struct json_object *rules, int64_t *token_id)
{
	uint8_t hash[CRYPT_HASH_SIZE];
	struct buf hint;
	struct db_args a = {0};
	db_arg_typed(&a, secret->form, DB_UUID);
	add_secret(&a, secret, hash, &hint);
	db_arg_typed(&a, origin, DB_TEXT);
	add_json(&a, rules);
	PGresult *res = db_call(
	    db, "select * from keywheel.create_token($1,$2,$3,$4,$5)", &a);
	enum token_change change = read_result(res);
	*token_id = res == NULL ? 0 : db_cell_int(res, 0, "token_id");
	PQclear(res);
	buf_clear(&hint);
	return change;
}

enum token_change
token_change(struct db *db, int64_t token_id, int64_t version,
    struct json_object *rules, const char *from)
{
	struct db_args a = {0};
	db_arg_int(&a, token_id);
	db_arg_int_or_null(&a, version, version == 0);
	add_json(&a, rules);
	db_arg_typed(&a, from, DB_INET);
	PGresult *res = db_call(
	    db, "select keywheel.change_token($1,$2,$3,$4) as result", &a);
	enum token_change change = read_result(res);
	PQclear(res);
	return change;
}

enum token_change
token_rotate(struct db *db, int64_t token_id, int64_t version,
    const struct token_secret *secret, int64_t keep_s, const uint8_t *session)
{
	uint8_t hash[CRYPT_HASH_SIZE];
	struct buf hint;
	struct db_args a = {0};
	db_arg_int(&a, token_id);
	db_arg_int_or_null(&a, version, version == 0);
	db_arg_typed(&a, secret->form, DB_UUID);
	add_secret(&a, secret, hash, &hint);
	db_arg_int(&a, keep_s);
	db_arg_bytes(&a, session, session == NULL ? 0 : CRYPT_HASH_SIZE);
	PGresult *res = db_call(db,
	    "select keywheel.rotate_token($1,$2,$3,$4,$5,$6,$7) as result", &a);
	enum token_change change = read_result(res);
	PQclear(res);
	buf_clear(&hint);
	return change;
}

int64_t
token_named(struct db *db, const char *name)
{
	struct db_args a = {0};
	db_arg_typed(&a, name, DB_TEXT);
	PGresult *res =
	    db_call(db, "select keywheel.token_named($1) as token_id", &a);
	int64_t token_id = res == NULL ? -1 : db_cell_int(res, 0, "token_id");
	PQclear(res);
	return token_id;
}
