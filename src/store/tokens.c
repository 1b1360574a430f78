/* Tokens in the database: hashed, named, revocable. */
#include "store/tokens.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "store/db.h"
#include "store/hash_list.h"
#include "store/rows.h"

static const struct {
	const char *word;
	enum token_added added;
} results[] = {
    {"added", TOKEN_ADDED},
    {"restored", TOKEN_RESTORED},
    {"known", TOKEN_KNOWN},
    {"name_taken", TOKEN_NAME_TAKEN},
};

enum token_added
tokens_add(struct db *db, const struct master_key *master, const char *name,
    const char *token, bool admin, const char *origin)
{
	uint8_t hash[CRYPT_HASH_SIZE];
	struct buf hint;
	buf_init(&hint, BUF_SMALL);
	crypt_hash(master, token, strlen(token), hash);
	text_mask(&hint, token);

	struct db_args a = {0};
	db_arg_text(&a, name);
	db_arg_bytes(&a, hash, sizeof(hash));
	db_arg_text(&a, buf_cstr(&hint));
	db_arg_bool(&a, admin);
	db_arg_text(&a, origin);
	PGresult *res =
	    db_call(db, "select * from keywheel.add_token($1,$2,$3,$4,$5)", &a);
	enum token_added added = TOKEN_FAILED;
	for (size_t i = 0; res != NULL && i < COUNT_OF(results); i++)
		if (text_same(db_cell(res, 0, "result"), results[i].word))
			added = results[i].added;
	PQclear(res);
	buf_clear(&hint);
	return added;
}

bool
tokens_revoke(struct db *db, const char *name, bool *failed)
{
	struct db_args a = {0};
	db_arg_text(&a, name);
	PGresult *res =
	    db_call(db, "select keywheel.revoke_token($1) as done", &a);
	*failed = res == NULL;
	bool done = res != NULL && db_cell_bool(res, 0, "done");
	PQclear(res);
	return done;
}

int64_t
tokens_revoke_except(struct db *db, const struct master_key *master,
    const char *origin, bool admin, const char *const *tokens, size_t n)
{
	struct buf hashes;
	buf_init(&hashes, BUF_LARGE);
	hash_list_write(&hashes, master, tokens, n);
	struct db_args a = {0};
	db_arg_text(&a, origin);
	db_arg_bool(&a, admin);
	db_arg_text(&a, buf_cstr(&hashes));
	PGresult *res = db_call(db,
	    "select keywheel.revoke_tokens_except($1,$2,$3) as revoked", &a);
	int64_t revoked = res == NULL ? -1 : db_cell_int(res, 0, "revoked");
	PQclear(res);
	buf_clear(&hashes);
	return revoked;
}

struct json_object *
tokens_list(struct db *db)
{
	PGresult *res =
	    db_call(db, "select * from keywheel.list_tokens()", NULL);
	struct json_object *rows = res == NULL ? NULL : rows_to_json(res);
	PQclear(res);
	return rows;
}

bool
tokens_check(struct db *db, const struct token_question *q, struct token *token)
{
	struct db_args a = {0};
	db_arg_bytes(&a, q->hash, CRYPT_HASH_SIZE);
	db_arg_typed(&a, q->address, DB_INET);
	db_arg_int(&a, q->responder);
	db_arg_typed(&a, q->request_id, DB_UUID);
	db_arg_int(&a, q->ttl_ms);
	*token = (struct token){0};
	PGresult *res = db_call(db,
	    "select * from keywheel.check_token($1,$2,$3,$4,p_ttl_ms => $5)",
	    &a);
	if (res == NULL)
		return false;
	token->token_id = db_cell_int(res, 0, "token_id");
	token->whose = db_cell_int(res, 0, "whose");
	token->admin = db_cell_bool(res, 0, "admin");
	token->settings_version = db_cell_int(res, 0, "settings_version");
	const char *why = db_cell(res, 0, "why");
	const char *allowed = db_cell(res, 0, "allowed");
	snprintf(token->why, sizeof(token->why), "%s", why ? why : "");
	snprintf(token->allowed, sizeof(token->allowed), "%s",
	    allowed ? allowed : "");
	token->wait_ms = db_cell_int(res, 0, "wait_ms");
	token->counted = db_cell_bool(res, 0, "counted");
	token_rates_read(db_cell(res, 0, "rates"), &token->rates);
	const char *models = db_cell(res, 0, "models");
	if (models != NULL)
		token->models = json_parse(models, strlen(models), NULL);
	PQclear(res);
	return true;
}

int64_t
tokens_recount_budget(struct db *db, int64_t after)
{
	struct db_args a = {0};
	db_arg_int(&a, after);
	PGresult *res =
	    db_call(db, "select keywheel.recount_budget($1) as token_id", &a);
	int64_t token_id = res == NULL ? -1 : db_cell_int(res, 0, "token_id");
	PQclear(res);
	return token_id;
}

bool
tokens_may_use(struct json_object *models, const char *model)
{
	for (size_t i = 0; i < json_count(models); i++) {
		const char *row = json_object_get_string(json_at(models, i));
		size_t len = strlen(row);
		if (strcmp(row, model) == 0 ||
		    (len > 0 && row[len - 1] == '*' &&
			strncmp(row, model, len - 1) == 0))
			return true;
	}
	return models == NULL;
}
