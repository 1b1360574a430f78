/* The calls of clearing. */
#include "store/clear.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "store/db.h"
#include "store/rows.h"

/* Rows that one step removes: some ten milliseconds. */
#define BATCH 5000

const char *const clear_kinds[] = {"logs", "cache", "signatures", "files"};
const size_t clear_n_kinds = COUNT_OF(clear_kinds);

static void
copy_cell(struct buf *to, const PGresult *res, const char *name)
{
	const char *text = res == NULL ? NULL : db_cell(res, 0, name);
	buf_str(to, text == NULL ? "" : text);
}

bool
clear_begin(struct db *db, const char *what, int64_t age_s, const char *by,
    struct clear_claim *claim)
{
	struct db_args a = {0};
	*claim = (struct clear_claim){0};
	buf_init(&claim->running_by, BUF_SMALL);
	buf_init(&claim->running_since, BUF_SMALL);
	db_arg_typed(&a, what, DB_TEXT);
	db_arg_int(&a, age_s);
	db_arg_typed(&a, by, DB_TEXT);
	PGresult *res =
	    db_call(db, "select * from keywheel.begin_clear($1,$2,$3)", &a);
	const char *id = res == NULL ? NULL : db_cell(res, 0, "claim");
	snprintf(claim->id, sizeof(claim->id), "%s", id == NULL ? "" : id);
	copy_cell(&claim->running_by, res, "running_by");
	copy_cell(&claim->running_since, res, "running_since");
	PQclear(res);
	return res != NULL;
}

void
clear_claim_clear(struct clear_claim *claim)
{
	buf_clear(&claim->running_by);
	buf_clear(&claim->running_since);
}

bool
clear_step(struct db *db, const struct clear_claim *claim, bool *more,
    struct buf *busy)
{
	struct db_args a = {0};
	db_arg_typed(&a, claim->id, DB_UUID);
	db_arg_int(&a, BATCH);
	PGresult *res =
	    db_call(db, "select * from keywheel.step_clear($1,$2)", &a);
	*more = res != NULL && db_cell_bool(res, 0, "more");
	buf_reset(busy);
	copy_cell(busy, res, "busy");
	PQclear(res);
	return res != NULL;
}

/* The only cell of an answer, as JSON. */
static struct json_object *
json_cell(PGresult *res)
{
	const char *text = res == NULL ? NULL : db_cell(res, 0, "counts");
	struct json_object *o =
	    text == NULL ? NULL : json_parse(text, strlen(text), NULL);
	PQclear(res);
	return o;
}

struct json_object *
clear_end(struct db *db, const struct clear_claim *claim, const char *remains)
{
	struct db_args a = {0};
	db_arg_typed(&a, claim->id, DB_UUID);
	db_arg_typed(&a, remains, DB_TEXT);
	return json_cell(
	    db_call(db, "select keywheel.end_clear($1,$2) as counts", &a));
}

struct json_object *
clear_count(struct db *db, const char *what, int64_t age_s)
{
	struct db_args a = {0};
	db_arg_typed(&a, what, DB_TEXT);
	db_arg_int(&a, age_s);
	return json_cell(
	    db_call(db, "select keywheel.count_clear($1,$2) as counts", &a));
}

static struct json_object *
read_rows(struct db *db, const char *sql, const struct db_args *a)
{
	PGresult *res = db_call(db, sql, a);
	struct json_object *rows = res == NULL ? NULL : rows_to_json(res);
	PQclear(res);
	return rows;
}

struct json_object *
clear_storage(struct db *db)
{
	return read_rows(db, "select * from keywheel.list_storage()", NULL);
}

struct json_object *
clear_history(struct db *db, int64_t most)
{
	struct db_args a = {0};
	db_arg_int(&a, most);
	return read_rows(db, "select * from keywheel.list_clears($1)", &a);
}
