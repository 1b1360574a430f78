/* Disabled keys: claims of probes, and their ends. */
#include "store/healing.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "store/db.h"

/* The argument borrows the text from the value. */
static void
arg_json(struct db_args *a, struct json_object *value)
{
	db_arg_typed(a,
	    value == NULL
		? NULL
		: json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN),
	    DB_JSONB);
}

bool
healing_schedule(struct db *db, struct json_object *first_s)
{
	struct db_args a = {0};
	arg_json(&a, first_s);
	return db_do(db, "select keywheel.schedule_probes($1)", &a);
}

static void
read_key(const struct master_key *master, const PGresult *res, int row,
    struct healing_key *key)
{
	struct buf sealed, plain;
	buf_init(&sealed, BUF_SMALL);
	buf_init(&plain, BUF_SMALL);
	db_cell_bytes(res, row, "secret", &sealed);
	bool opened = sealed.data != NULL &&
	    crypt_open(master, (uint8_t *)sealed.data, sealed.len, &plain);
	*key = (struct healing_key){
	    .key_id = db_cell_int(res, row, "key_id"),
	    .secret = opened ? buf_take(&plain) : NULL,
	    .probes = (int)db_cell_int(res, row, "probes"),
	    .active = PQfnumber(res, "state") >= 0 &&
		strcmp(db_cell(res, row, "state"), "active") == 0,
	};
	snprintf(key->pool, sizeof(key->pool), "%s", db_cell(res, row, "pool"));
	snprintf(
	    key->scope, sizeof(key->scope), "%s", db_cell(res, row, "scope"));
	snprintf(key->reason, sizeof(key->reason), "%s",
	    db_cell(res, row, "reason"));
	snprintf(
	    key->since, sizeof(key->since), "%s", db_cell(res, row, "since"));
	buf_clear(&plain);
	buf_clear(&sealed);
}

/* The result is taken; there is room for n. */
static int
read_keys(const struct master_key *master, PGresult *res,
    struct healing_key *keys, int n)
{
	int count = res == NULL ? -1 : PQntuples(res);
	if (count > n)
		count = n;
	for (int row = 0; row < count; row++)
		read_key(master, res, row, &keys[row]);
	PQclear(res);
	return count;
}

int
healing_claim(struct db *db, const struct master_key *master, int64_t hold_ms,
    struct healing_key *keys, int n)
{
	struct db_args a = {0};
	db_arg_int(&a, n);
	db_arg_int(&a, hold_ms);
	return read_keys(master,
	    db_call(db, "select * from keywheel.claim_probes($1,$2)", &a), keys,
	    n);
}

int
healing_claim_task(struct db *db, const struct master_key *master,
    int64_t task_id, int lanes, int64_t hold_ms, struct healing_key *keys,
    int n)
{
	struct db_args a = {0};
	db_arg_int(&a, task_id);
	db_arg_int(&a, n);
	db_arg_int(&a, lanes);
	db_arg_int(&a, hold_ms);
	return read_keys(master,
	    db_call(
		db, "select * from keywheel.claim_task_keys($1,$2,$3,$4)", &a),
	    keys, n);
}

void
healing_clear(struct healing_key *key)
{
	if (key->secret != NULL)
		crypt_wipe(key->secret, strlen(key->secret));
	free(key->secret);
	key->secret = NULL;
}

bool
healing_finish(
    struct db *db, const struct healing_key *key, const struct healing_end *end)
{
	struct db_args a = {0};
	db_arg_int(&a, key->key_id);
	db_arg_text(&a, key->since);
	db_arg_typed(&a, end->model, DB_TEXT);
	db_arg_typed(&a, end->found, DB_TEXT);
	db_arg_typed(&a, end->verdict, DB_TEXT);
	db_arg_typed(&a, end->evidence, DB_TEXT);
	db_arg_int_or_null(&a, end->next_s, end->next_s < 0);
	arg_json(&a, end->rest);
	return db_do(
	    db, "select keywheel.finish_probe($1,$2,$3,$4,$5,$6,$7,$8)", &a);
}

/* {item, code, failed, words}. The caller owns it. */
static struct json_object *
result_json(int64_t key_id, const struct healing_result *result)
{
	struct json_object *o = json_object_new_object();
	json_set_int(o, "item", key_id);
	json_set_text(o, "code", result->code);
	json_set_bool(o, "failed", result->failed);
	json_set_text(o, "words", result->words);
	return o;
}

bool
healing_finish_task(struct db *db, int64_t task_id,
    const struct healing_key *key, const struct healing_result *result,
    const struct healing_end *end)
{
	struct db_args a = {0};
	struct json_object *o = result_json(key->key_id, result);
	bool probe = end != NULL && !key->active;
	db_arg_int(&a, task_id);
	arg_json(&a, o);
	db_arg_text(&a, key->since);
	db_arg_typed(&a, end == NULL ? NULL : end->model, DB_TEXT);
	arg_json(&a, end == NULL ? NULL : end->rest);
	db_arg_typed(&a, probe ? end->found : NULL, DB_TEXT);
	db_arg_int_or_null(
	    &a, probe ? end->next_s : 0, !probe || end->next_s < 0);
	bool ok =
	    db_do(db, "select keywheel.end_task_key($1,$2,$3,$4,$5,$6,$7)", &a);
	json_object_put(o);
	return ok;
}

bool
healing_count(struct db *db, int64_t *waiting, int64_t *due)
{
	PGresult *res =
	    db_call(db, "select * from keywheel.count_probes()", NULL);
	*waiting = res == NULL ? 0 : db_cell_int(res, 0, "waiting");
	*due = res == NULL ? 0 : db_cell_int(res, 0, "due");
	PQclear(res);
	return res != NULL;
}
