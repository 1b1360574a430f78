/* The calls of the response cache. */
#include "store/cache.h"

#include <json-c/json.h>
#include <string.h>

#include "base/json.h"
#include "store/db.h"
#include "store/owed.h"

bool
cache_look(
    struct db *db, const struct cache_question *q, struct cache_found *found)
{
	struct db_args a = {0};
	*found = (struct cache_found){0};
	buf_init(&found->sealed, BUF_LARGE);
	db_arg_bytes(&a, q->token, CRYPT_HASH_SIZE);
	db_arg_int(&a, q->settings_version);
	db_arg_bytes(&a, q->hash, CRYPT_HASH_SIZE);
	db_arg_int(&a, q->ttl_s);
	db_arg_int(&a, q->admit);
	db_arg_int_or_null(&a, q->max_age_s, q->max_age_s < 0);
	db_arg_typed(&a, q->facts->address, DB_INET);
	db_arg_typed(&a, q->facts->model, DB_TEXT);
	db_arg_int(&a, q->facts->responder);
	db_arg_typed(&a, q->facts->id, DB_UUID);
	db_arg_int(&a, q->facts->ttl_ms);
	PGresult *res = db_call(db,
	    "select * from keywheel.cache_look("
	    "$1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
	    &a);
	if (res == NULL)
		return false;
	found->settings_version = db_cell_int(res, 0, "settings_version");
	found->token_id = db_cell_int(res, 0, "token_id");
	found->age_s = db_cell_int(res, 0, "age_s");
	found->keep = db_cell_bool(res, 0, "keep");
	found->counted = db_cell_bool(res, 0, "counted");
	token_rates_read(db_cell(res, 0, "rates"), &found->rates);
	db_cell_bytes(res, 0, "answer", &found->sealed);
	found->hit = found->sealed.len > 0;
	PQclear(res);
	return true;
}

bool
cache_keep(struct db *db, const struct cache_question *q, int64_t token_id,
    const char *model, const struct buf *sealed, int64_t max_bytes)
{
	struct db_args a = {0};
	db_arg_bytes(&a, q->hash, CRYPT_HASH_SIZE);
	db_arg_int_or_null(&a, token_id, token_id == 0);
	db_arg_typed(&a, model, DB_TEXT);
	db_arg_bytes(&a, sealed->data, sealed->len);
	db_arg_int(&a, q->ttl_s);
	db_arg_int(&a, max_bytes);
	return db_do(db, "select keywheel.cache_keep($1,$2,$3,$4,$5,$6)", &a);
}

bool
cache_hit(struct db *db, const struct request_facts *facts,
    const struct account *account, const uint8_t *hash)
{
	struct db_args a = {0};
	db_arg_typed(&a, facts->id, DB_UUID);
	db_arg_int(&a, account->started_ms);
	db_arg_int(&a, account->token_id);
	db_arg_typed(&a, facts->model, DB_TEXT);
	db_arg_typed(&a, facts->route, DB_TEXT);
	db_arg_bool(&a, facts->streamed);
	db_arg_typed(&a, account->outcome, DB_TEXT);
	db_arg_int(&a, account->status);
	db_arg_int_or_null(
	    &a, account->first_byte_ms, account->first_byte_ms < 0);
	db_arg_int(&a, account->total_ms);
	db_arg_bytes(&a, hash, CRYPT_HASH_SIZE);
	db_arg_typed(&a,
	    account->charged == NULL
		? NULL
		: json_object_to_json_string_ext(
		      account->charged, JSON_C_TO_STRING_PLAIN),
	    DB_JSONB);
	db_arg_int(&a, facts->responder);
	db_arg_int(&a, account->own_us);
	db_arg_int(&a, account->db_us);
	db_arg_typed(&a, account->client_id ? account->client_id : "", DB_TEXT);
	return owed_do(db,
	    "select keywheel.cache_hit("
	    "$1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)",
	    &a, true);
}

struct json_object *
cache_tokens_load(struct db *db)
{
	PGresult *res =
	    db_call(db, "select keywheel.get_cache_tokens() as tokens", NULL);
	const char *text = res == NULL ? NULL : db_cell(res, 0, "tokens");
	struct json_object *o =
	    text == NULL ? NULL : json_parse(text, strlen(text), NULL);
	PQclear(res);
	return o;
}

bool
cache_switch_token(
    struct db *db, const char *name, enum cache_switch to, bool *failed)
{
	static const char *const values[] = {[CACHE_BY_MODEL] = NULL,
	    [CACHE_ON] = "true",
	    [CACHE_OFF] = "false"};
	struct db_args a = {0};
	db_arg_typed(&a, name, DB_TEXT);
	db_arg_typed(&a, values[to], DB_BOOL);
	PGresult *res =
	    db_call(db, "select keywheel.set_token_cache($1,$2) as done", &a);
	*failed = res == NULL;
	bool done = res != NULL && db_cell_bool(res, 0, "done");
	PQclear(res);
	return done;
}
