/* Jobs: claims and ends. */
#include "store/jobs.h"

#include <stdio.h>

#include "base/json.h"
#include "base/text.h"
#include "store/db.h"
#include "store/page_data.h"
#include "store/rows.h"

/* The argument borrows the text from the array. */
static void
arg_json(struct db_args *a, struct json_object *value)
{
	db_arg_typed(a,
	    json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN),
	    DB_JSONB);
}

/* '{"a","b"}', which PostgreSQL reads as an array of texts; our names need no
 * escapes. */
static void
write_names(struct buf *out, struct json_object *names)
{
	buf_byte(out, '{');
	for (size_t i = 0; i < json_count(names); i++)
		buf_fmt(out, "%s\"%s\"", i > 0 ? "," : "",
		    json_object_get_string(json_at(names, i)));
	buf_byte(out, '}');
}

bool
jobs_declare(struct db *db, struct json_object *list, const char *zone)
{
	struct db_args a = {0};
	arg_json(&a, list);
	db_arg_typed(&a, zone, DB_TEXT);
	return db_do(db, "select keywheel.declare_jobs($1,$2)", &a);
}

bool
jobs_look(struct db *db, bool *due)
{
	PGresult *res =
	    db_call(db, "select keywheel.look_for_jobs() as due", NULL);
	*due = res != NULL && db_cell_bool(res, 0, "due");
	PQclear(res);
	return res != NULL;
}

bool
jobs_claim(struct db *db, struct json_object *names, const char *by,
    int64_t hold_ms, bool now, struct job_claim *claim)
{
	struct buf list;
	struct db_args a = {0};
	*claim = (struct job_claim){0};
	buf_init(&list, BUF_SMALL);
	write_names(&list, names);
	db_arg_text(&a, buf_cstr(&list));
	db_arg_typed(&a, by, DB_TEXT);
	db_arg_int(&a, hold_ms);
	db_arg_bool(&a, now);
	PGresult *res =
	    db_call(db, "select * from keywheel.claim_job($1,$2,$3,$4)", &a);
	const char *name = res == NULL ? NULL : db_cell(res, 0, "name");
	if (name != NULL) {
		snprintf(claim->name, sizeof(claim->name), "%s", name);
		snprintf(claim->id, sizeof(claim->id), "%s",
		    db_cell(res, 0, "claim"));
	}
	PQclear(res);
	buf_clear(&list);
	return res != NULL;
}

bool
jobs_heartbeat(
    struct db *db, const struct job_claim *claim, int64_t hold_ms, bool *held)
{
	struct db_args a = {0};
	db_arg_typed(&a, claim->id, DB_UUID);
	db_arg_int(&a, hold_ms);
	PGresult *res =
	    db_call(db, "select keywheel.heartbeat_job($1,$2) as held", &a);
	*held = res != NULL && db_cell_bool(res, 0, "held");
	PQclear(res);
	return res != NULL;
}

bool
jobs_finish(struct db *db, const struct job_claim *claim, bool ok,
    const char *message, bool more)
{
	struct db_args a = {0};
	db_arg_typed(&a, claim->id, DB_UUID);
	db_arg_bool(&a, ok);
	db_arg_typed(&a, message, DB_TEXT);
	db_arg_bool(&a, more);
	return db_do(db, "select keywheel.finish_job($1,$2,$3,$4)", &a);
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
jobs_list(struct db *db, struct json_object *names)
{
	struct buf list;
	struct db_args a = {0};
	buf_init(&list, BUF_SMALL);
	write_names(&list, names);
	db_arg_text(&a, buf_cstr(&list));
	struct json_object *rows =
	    read_rows(db, "select * from keywheel.list_jobs($1)", &a);
	buf_clear(&list);
	return rows;
}

struct json_object *
jobs_history(struct db *db, const char *name)
{
	struct db_args a = {0};
	db_arg_typed(&a, name, DB_TEXT);
	return read_rows(db, "select * from keywheel.list_job_runs($1)", &a);
}

struct json_object *
jobs_page(struct db *db, const char *name, int64_t before, int64_t limit)
{
	struct db_args a = {0};
	db_arg_typed(&a, name, DB_TEXT);
	db_arg_int_or_null(&a, before, before == 0);
	db_arg_int(&a, limit);
	return page_data(db, "select keywheel.job_page($1,$2,$3) as data", &a);
}

enum job_made_due
jobs_make_due(struct db *db, const char *name)
{
	static const struct {
		const char *word;
		enum job_made_due made;
	} words[] = {
	    {"due", JOB_DUE}, {"running", JOB_RUNNING}, {"off", JOB_OFF}};
	struct db_args a = {0};
	db_arg_typed(&a, name, DB_TEXT);
	PGresult *res =
	    db_call(db, "select keywheel.make_job_due($1) as made", &a);
	if (res == NULL)
		return JOB_DUE_FAILED;
	enum job_made_due made = JOB_UNKNOWN;
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (text_same(db_cell(res, 0, "made"), words[i].word))
			made = words[i].made;
	PQclear(res);
	return made;
}

int64_t
jobs_trim_key_events(struct db *db, int64_t days, int64_t most)
{
	struct db_args a = {0};
	db_arg_int(&a, days);
	db_arg_int(&a, most);
	PGresult *res = db_call(
	    db, "select keywheel.trim_key_events($1,$2) as trimmed", &a);
	int64_t trimmed = res == NULL ? -1 : db_cell_int(res, 0, "trimmed");
	PQclear(res);
	return trimmed;
}
