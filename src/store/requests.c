/* Leases and accounts: the calls on a request's way. */
#include "store/requests.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "store/db.h"
#include "store/memory.h"
#include "store/owed.h"

static const struct {
	const char *word;
	enum lease_answer answer;
} answers[] = {
    {"leased", LEASE_GIVEN},
    {"unauthorized", LEASE_UNAUTHORIZED},
    {"refused", LEASE_REFUSED},
    {"none", LEASE_NONE},
    {"resting", LEASE_RESTING},
    {"tried", LEASE_TRIED},
    {"wait", LEASE_WAIT},
    {"apart", LEASE_APART},
    {"not_yours", LEASE_NOT_YOURS},
    {"no_upload", LEASE_NO_UPLOAD},
};

static enum lease_answer
answer_by_word(const char *word)
{
	for (size_t i = 0; word != NULL && i < COUNT_OF(answers); i++)
		if (strcmp(word, answers[i].word) == 0)
			return answers[i].answer;
	return LEASE_NO_DATABASE;
}

/* Open the sealed key of the row into lease->secret. */
static void
open_secret(const struct master_key *master, const PGresult *res, int row,
    struct lease *lease)
{
	struct buf sealed, plain;
	buf_init(&sealed, BUF_SMALL);
	buf_init(&plain, BUF_SMALL);
	db_cell_bytes(res, row, "secret", &sealed);
	if (sealed.data != NULL &&
	    crypt_open(master, (uint8_t *)sealed.data, sealed.len, &plain) &&
	    buf_ok(&plain))
		lease->secret = buf_take(&plain);
	else
		lease->answer = LEASE_UNREADABLE;
	buf_clear(&sealed);
	buf_clear(&plain);
}

/* The text of a cell, "" for null, cut to the size. */
static void
copy_cell(char *to, size_t size, const PGresult *res, int row, const char *name)
{
	const char *text = db_cell(res, row, name);
	snprintf(to, size, "%s", text == NULL ? "" : text);
}

/* What all calls return of a lease. */
static void
read_lease(const struct master_key *master, const struct request_facts *facts,
    const PGresult *res, int row, struct lease *lease)
{
	lease->answer = answer_by_word(db_cell(res, row, "answer"));
	lease->key_id = db_cell_int(res, row, "key_id");
	lease->faults = (int)db_cell_int(res, row, "faults");
	lease->wait_ms = db_cell_int(res, row, "wait_ms");
	lease->long_rest = db_cell_bool(res, row, "long_rest");
	lease->metered = db_cell_bool(res, row, "metered");
	copy_cell(lease->hint, sizeof(lease->hint), res, row, "hint");
	copy_cell(lease->scope, sizeof(lease->scope), res, row, "scope");
	copy_cell(lease->why, sizeof(lease->why), res, row, "why");
	copy_cell(lease->pool, sizeof(lease->pool), res, row, "pool");
	if (lease->pool[0] == '\0' && facts->more_pools == NULL)
		snprintf(lease->pool, sizeof(lease->pool), "%s", facts->pool);
	if (lease->answer == LEASE_GIVEN)
		open_secret(master, res, row, lease);
}

/* A jsonb argument: the text stays valid as long as the object does. */
static const char *
json_arg(struct json_object *o)
{
	return o == NULL
	    ? NULL
	    : json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN);
}

/* The last arguments of the calls that lease: {a,b}, a text array of
 * PostgreSQL's, and the tokens. The text is written to pools. */
static void
add_wishes(
    struct db_args *a, struct buf *pools, const struct request_facts *facts)
{
	buf_init(pools, BUF_SMALL);
	buf_fmt(pools, "{%s}", facts->more_pools ? facts->more_pools : "");
	db_arg_typed(a, buf_cstr(pools), DB_TEXT_ARRAY);
	db_arg_int(a, facts->tokens);
}

static void
add_owner(struct db_args *a, const struct request_facts *facts)
{
	db_arg_int_or_null(a, facts->owner, facts->owner == 0);
}

void
requests_begin(struct db *db, const struct master_key *master,
    const struct request_facts *facts, struct lease *lease)
{
	struct buf pools;
	*lease = (struct lease){.answer = LEASE_NO_DATABASE};
	struct json_object *recall = memory_wishes(facts);
	struct db_args a = {0};
	db_arg_int(&a, facts->responder);
	db_arg_typed(&a, facts->id, DB_UUID);
	db_arg_bytes(
	    &a, facts->token, facts->token == NULL ? 0 : CRYPT_HASH_SIZE);
	db_arg_typed(&a, facts->pool, DB_TEXT);
	db_arg_typed(&a, facts->model, DB_TEXT);
	db_arg_typed(&a, facts->route, DB_TEXT);
	db_arg_bool(&a, facts->streamed);
	db_arg_int(&a, facts->ttl_ms);
	db_arg_typed(&a, json_arg(recall), DB_JSONB);
	add_wishes(&a, &pools, facts);
	db_arg_int(&a, facts->max_wait_ms);
	db_arg_typed(&a, facts->address, DB_INET);
	db_arg_bool(&a, facts->unnamed);
	db_arg_typed(&a, facts->client_id ? facts->client_id : "", DB_TEXT);

	PGresult *res = db_call(db,
	    "select * from keywheel.begin_request("
	    "$1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)",
	    &a);
	json_object_put(recall);
	buf_clear(&pools);
	if (res == NULL)
		return;
	lease->token_id = db_cell_int(res, 0, "token_id");
	lease->settings_version = db_cell_int(res, 0, "settings_version");
	const char *recalled = db_cell(res, 0, "recalled");
	if (recalled != NULL)
		lease->recalled = json_parse(recalled, strlen(recalled), NULL);
	lease->owner = json_get_int(lease->recalled, "owner", 0);
	copy_cell(lease->allowed, sizeof(lease->allowed), res, 0, "allowed");
	lease->counted = db_cell_bool(res, 0, "counted");
	token_rates_read(db_cell(res, 0, "rates"), &lease->rates);
	read_lease(master, facts, res, 0, lease);
	PQclear(res);
}

static void
clear_secret(struct lease *lease)
{
	if (lease->secret != NULL)
		crypt_wipe(lease->secret, strlen(lease->secret));
	free(lease->secret);
	lease->secret = NULL;
}

/* {1,2,3}: an array literal of PostgreSQL's. */
static void
write_ids(struct buf *out, const int64_t *ids, int n)
{
	buf_byte(out, '{');
	for (int i = 0; i < n; i++)
		buf_fmt(out, "%s%lld", i ? "," : "", (long long)ids[i]);
	buf_byte(out, '}');
}

void
requests_retry(struct db *db, const struct master_key *master,
    const struct request_facts *facts, struct json_object *verdict,
    const int64_t *tried, int n_tried, struct lease *lease)
{
	struct buf ids, pools;
	buf_init(&ids, BUF_SMALL);
	write_ids(&ids, tried, n_tried);
	clear_secret(lease);
	lease->answer = LEASE_NO_DATABASE;

	struct db_args a = {0};
	db_arg_int(&a, facts->responder);
	db_arg_typed(&a, facts->id, DB_UUID);
	db_arg_typed(&a, facts->pool, DB_TEXT);
	db_arg_typed(&a, facts->model, DB_TEXT);
	db_arg_typed(&a, buf_cstr(&ids), DB_INT8_ARRAY);
	db_arg_typed(&a, json_arg(verdict), DB_JSONB);
	add_wishes(&a, &pools, facts);
	db_arg_int(&a, facts->max_wait_ms);
	add_owner(&a, facts);
	PGresult *res = db_call(db,
	    "select * from keywheel.retry_request("
	    "$1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
	    &a);
	if (res != NULL)
		read_lease(master, facts, res, 0, lease);
	PQclear(res);
	buf_clear(&pools);
	buf_clear(&ids);
}

void
requests_wait(struct db *db, const struct master_key *master,
    const struct request_facts *facts, struct lease *lease)
{
	struct buf pools;
	clear_secret(lease);
	lease->answer = LEASE_NO_DATABASE;

	struct db_args a = {0};
	db_arg_int(&a, facts->responder);
	db_arg_typed(&a, facts->id, DB_UUID);
	db_arg_typed(&a, facts->pool, DB_TEXT);
	db_arg_typed(&a, facts->model, DB_TEXT);
	db_arg_int(&a, facts->max_wait_ms);
	add_wishes(&a, &pools, facts);
	add_owner(&a, facts);
	PGresult *res = db_call(db,
	    "select * from keywheel.wait_request($1,$2,$3,$4,$5,$6,$7,$8)", &a);
	if (res != NULL)
		read_lease(master, facts, res, 0, lease);
	PQclear(res);
	buf_clear(&pools);
}

bool
requests_leave_line(struct db *db, const struct request_facts *facts)
{
	struct db_args a = {0};
	db_arg_int(&a, facts->responder);
	db_arg_typed(&a, facts->id, DB_UUID);
	return db_do(db, "select keywheel.leave_line($1,$2)", &a);
}

/* One more key, if there is one that is free. */
static bool
lease_one_more(struct db *db, const struct master_key *master,
    const struct request_facts *facts, const int64_t *tried, int n_tried,
    struct lease *lease)
{
	struct buf ids, pools;
	buf_init(&ids, BUF_SMALL);
	write_ids(&ids, tried, n_tried);
	*lease = (struct lease){.answer = LEASE_NO_DATABASE};

	struct db_args a = {0};
	db_arg_typed(&a, facts->pool, DB_TEXT);
	db_arg_typed(&a, facts->model, DB_TEXT);
	db_arg_typed(&a, buf_cstr(&ids), DB_INT8_ARRAY);
	db_arg_int(&a, 1);
	add_wishes(&a, &pools, facts);
	add_owner(&a, facts);
	PGresult *res = db_call(
	    db, "select * from keywheel.lease_more($1,$2,$3,$4,$5,$6,$7)", &a);
	if (PQntuples(res) > 0)
		read_lease(master, facts, res, 0, lease);
	PQclear(res);
	buf_clear(&pools);
	buf_clear(&ids);
	return lease->answer == LEASE_GIVEN;
}

/* A transaction each: who has counted in the ledger locks nothing more. */
int
requests_lease_more(struct db *db, const struct master_key *master,
    const struct request_facts *facts, const int64_t *tried, int n_tried,
    struct lease *leases, int n)
{
	int64_t had[2 * REQUEST_MAX_TRIED];
	int n_had = n_tried, given = 0;
	memcpy(had, tried, (size_t)n_tried * sizeof(had[0]));
	while (given < n && n_had < (int)COUNT_OF(had) &&
	    lease_one_more(db, master, facts, had, n_had, &leases[given]))
		had[n_had++] = leases[given++].key_id;
	return given;
}

void
lease_clear(struct lease *lease)
{
	clear_secret(lease);
	json_object_put(lease->recalled);
	lease->recalled = NULL;
}

bool
requests_end(struct db *db, const struct request_facts *facts,
    const struct account *account)
{
	struct json_object *remember = memory_remember(account->remember);
	struct db_args a = {0};
	db_arg_int(&a, facts->responder);
	db_arg_typed(&a, facts->id, DB_UUID);
	db_arg_int(&a, account->started_ms);
	db_arg_int_or_null(&a, account->token_id, account->token_id == 0);
	db_arg_int_or_null(&a, account->key_id, account->key_id == 0);
	db_arg_typed(&a, facts->model, DB_TEXT);
	db_arg_typed(&a, facts->route, DB_TEXT);
	db_arg_bool(&a, facts->streamed);
	db_arg_typed(&a, account->outcome, DB_TEXT);
	db_arg_int(&a, account->status);
	db_arg_int(&a, account->attempts);
	db_arg_int(&a, account->prompt);
	db_arg_int(&a, account->cached);
	db_arg_int(&a, account->thought);
	db_arg_int(&a, account->answer);
	db_arg_int_or_null(
	    &a, account->first_byte_ms, account->first_byte_ms < 0);
	db_arg_int(&a, account->total_ms);
	db_arg_typed(&a, account->detail ? account->detail : "", DB_TEXT);
	db_arg_typed(&a, json_arg(account->failed), DB_JSONB);
	db_arg_typed(&a, json_arg(account->verdict), DB_JSONB);
	db_arg_typed(&a, json_arg(remember), DB_JSONB);
	db_arg_typed(&a, json_arg(account->charged), DB_JSONB);
	db_arg_int_or_null(&a, facts->size_class, facts->size_class < 0);
	db_arg_bool(&a, facts->whole);
	db_arg_int_or_null(
	    &a, account->upstream_first_ms, account->upstream_first_ms < 0);
	db_arg_int_or_null(
	    &a, account->longest_gap_ms, account->longest_gap_ms < 0);
	db_arg_bytes(&a, account->body == NULL ? NULL : account->body->data,
	    account->body == NULL ? 0 : account->body->len);
	db_arg_int_or_null(&a, account->body_size, account->body == NULL);
	db_arg_int(&a, account->own_us);
	db_arg_int(&a, account->db_us);
	db_arg_typed(&a, account->client_id ? account->client_id : "", DB_TEXT);
	bool ok = owed_do(db,
	    "select keywheel.end_request($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,"
	    "$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,"
	    "$27,$28,$29,$30,$31)",
	    &a, account->attempts > 0);
	json_object_put(remember);
	return ok;
}

bool
requests_recover(struct db *db, int64_t responder)
{
	struct db_args a = {0};
	db_arg_int(&a, responder);
	return owed_do(db, "select keywheel.close_lost_lease($1)", &a, true);
}

bool
requests_warm_up(struct db *db)
{
	return db_do(db, "select keywheel.warm_up()", NULL);
}

bool
requests_maintain(struct db *db, bool *done)
{
	PGresult *res = db_call(db, "select keywheel.maintain() as done", NULL);
	*done = res != NULL && db_cell_bool(res, 0, "done");
	PQclear(res);
	return res != NULL;
}

bool
requests_health(struct db *db, struct health *health)
{
	PGresult *res = db_call(db, "select * from keywheel.health()", NULL);
	if (res == NULL)
		return false;
	health->schema_version = (int)db_cell_int(res, 0, "schema_version");
	health->settings_version = db_cell_int(res, 0, "settings_version");
	health->keys_active = db_cell_int(res, 0, "keys_active");
	health->keys_all = db_cell_int(res, 0, "keys_all");
	/* An older schema does not have these. */
	if (PQfnumber(res, "sealing") >= 0) {
		health->least_schema = (int)db_cell_int(res, 0, "least_schema");
		copy_cell(health->sealing, sizeof(health->sealing), res, 0,
		    "sealing");
	}
	PQclear(res);
	return true;
}
