/* Tasks in the database. */
#include "store/tasks.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "store/db.h"
#include "store/page_data.h"

void
task_clear(struct task *task)
{
	json_object_put(task->arguments);
	task->arguments = NULL;
}

/* --- arguments ----------------------------------------------------------- */

/* The argument borrows the text from the value; NULL is an empty object. */
static void
arg_json(struct db_args *a, struct json_object *value)
{
	db_arg_typed(a,
	    value == NULL
		? "{}"
		: json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN),
	    DB_JSONB);
}

/* {1,2,3}, as PostgreSQL reads arrays, into text, which the argument
 * borrows. */
static void
arg_numbers(
    struct db_args *a, const int64_t *numbers, size_t n, struct buf *text)
{
	buf_byte(text, '{');
	for (size_t i = 0; i < n; i++)
		buf_fmt(
		    text, "%s%lld", i > 0 ? "," : "", (long long)numbers[i]);
	buf_byte(text, '}');
	db_arg_typed(a, buf_cstr(text), DB_INT8_ARRAY);
}

/* --- pages --------------------------------------------------------------- */

/* The number in the column `number`, 0 for null. */
static int64_t
call_number(struct db *db, const char *sql, const struct db_args *a)
{
	PGresult *res = db_call(db, sql, a);
	int64_t number = res == NULL ? -1 : db_cell_int(res, 0, "number");
	PQclear(res);
	return number;
}

int64_t
tasks_make(struct db *db, const char *kind, struct json_object *arguments,
    const int64_t *items, size_t n, const char *by, bool begin)
{
	struct db_args a = {0};
	struct buf text;
	buf_init(&text, BUF_LARGE);
	db_arg_typed(&a, kind, DB_TEXT);
	arg_json(&a, arguments);
	arg_numbers(&a, items, n, &text);
	db_arg_typed(&a, by, DB_TEXT);
	db_arg_bool(&a, begin);
	int64_t id = call_number(
	    db, "select keywheel.make_task($1,$2,$3,$4,$5) as number", &a);
	buf_clear(&text);
	return id;
}

int64_t
tasks_ask_keys(struct db *db, const char *kind, const char *by,
    const struct task_choice *choice)
{
	struct db_args a = {0};
	struct buf text;
	buf_init(&text, BUF_LARGE);
	db_arg_typed(&a, kind, DB_TEXT);
	db_arg_typed(&a, by, DB_TEXT);
	arg_numbers(&a, choice->keys, choice->n_keys, &text);
	db_arg_typed(&a,
	    choice->filter == NULL
		? NULL
		: json_object_to_json_string_ext(
		      choice->filter, JSON_C_TO_STRING_PLAIN),
	    DB_JSONB);
	db_arg_int_or_null(&a, choice->task, choice->task == 0);
	db_arg_typed(&a, choice->code, DB_TEXT);
	int64_t id = call_number(db,
	    "select keywheel.ask_key_task($1,$2,$3,$4,$5,$6) as number", &a);
	buf_clear(&text);
	return id;
}

/* The boolean in the column `done`. */
static bool
call_done(struct db *db, const char *sql, const struct db_args *a, bool *done)
{
	PGresult *res = db_call(db, sql, a);
	*done = res != NULL && db_cell_bool(res, 0, "done");
	PQclear(res);
	return res != NULL;
}

bool
tasks_begin(
    struct db *db, int64_t id, struct json_object *arguments, bool *done)
{
	struct db_args a = {0};
	db_arg_int(&a, id);
	arg_json(&a, arguments);
	return call_done(
	    db, "select keywheel.begin_task($1,$2) as done", &a, done);
}

bool
tasks_cancel(struct db *db, int64_t id, bool *done)
{
	struct db_args a = {0};
	db_arg_int(&a, id);
	return call_done(
	    db, "select keywheel.cancel_task($1) as done", &a, done);
}

struct json_object *
tasks_page(struct db *db, int64_t id, const char *code, int64_t after,
    int shown, bool *found)
{
	struct db_args a = {0};
	db_arg_int(&a, id);
	db_arg_typed(&a, code, DB_TEXT);
	db_arg_int(&a, after);
	db_arg_int(&a, shown);
	/* An object also where there is none: null is a failure. */
	struct json_object *data = page_data(db,
	    "select coalesce(keywheel.task_page($1,$2,$3,$4), '{}') as data",
	    &a);
	*found = json_get(data, "task_id") != NULL;
	if (data != NULL && !*found) {
		json_object_put(data);
		data = NULL;
	} else
		*found = true;
	return data;
}

struct json_object *
tasks_list(struct db *db, int shown)
{
	struct db_args a = {0};
	db_arg_int(&a, shown);
	return page_data(db, "select keywheel.list_tasks($1) as data", &a);
}

bool
tasks_trim(struct db *db, int64_t days)
{
	struct db_args a = {0};
	db_arg_int(&a, days);
	return db_do(db, "select keywheel.trim_tasks($1)", &a);
}

/* --- work ---------------------------------------------------------------- */

static void
read_task(const PGresult *res, int row, struct task *task)
{
	const char *arguments = db_cell(res, row, "arguments");
	*task = (struct task){
	    .id = db_cell_int(res, row, "task_id"),
	    .arguments = json_parse(arguments, strlen(arguments), NULL),
	};
	snprintf(
	    task->kind, sizeof(task->kind), "%s", db_cell(res, row, "kind"));
	snprintf(
	    task->by, sizeof(task->by), "%s", db_cell(res, row, "made_by"));
}

int
tasks_open(struct db *db, struct task *tasks, int n)
{
	PGresult *res =
	    db_call(db, "select * from keywheel.open_tasks()", NULL);
	if (res == NULL)
		return -1;
	int count = PQntuples(res) < n ? PQntuples(res) : n;
	for (int row = 0; row < count; row++)
		read_task(res, row, &tasks[row]);
	PQclear(res);
	return count;
}

int
tasks_claim(struct db *db, int64_t id, int lanes, int64_t hold_ms,
    int64_t *items, int n)
{
	struct db_args a = {0};
	db_arg_int(&a, id);
	db_arg_int(&a, n);
	db_arg_int(&a, lanes);
	db_arg_int(&a, hold_ms);
	PGresult *res = db_call(
	    db, "select keywheel.claim_task_items($1,$2,$3,$4) as item", &a);
	if (res == NULL)
		return -1;
	int count = PQntuples(res) < n ? PQntuples(res) : n;
	for (int row = 0; row < count; row++)
		items[row] = db_cell_int(res, row, "item");
	PQclear(res);
	return count;
}

bool
tasks_release(struct db *db, int64_t id, const int64_t *items, size_t n)
{
	struct db_args a = {0};
	struct buf text;
	buf_init(&text, BUF_SMALL);
	db_arg_int(&a, id);
	arg_numbers(&a, items, n, &text);
	bool ok = db_do(db, "select keywheel.release_task_items($1,$2)", &a);
	buf_clear(&text);
	return ok;
}

bool
tasks_end(struct db *db, int64_t id, struct json_object *results)
{
	struct db_args a = {0};
	db_arg_int(&a, id);
	arg_json(&a, results);
	return db_do(db, "select keywheel.end_task_items($1,$2)", &a);
}

int64_t
tasks_work_keys(struct db *db, int64_t id, int most)
{
	struct db_args a = {0};
	db_arg_int(&a, id);
	db_arg_int(&a, most);
	return call_number(
	    db, "select keywheel.work_key_task($1,$2) as number", &a);
}
