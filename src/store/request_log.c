/* The calls of the lists of requests and errors. */
#include "store/request_log.h"

#include <json-c/json.h>
#include <string.h>

#include "base/json.h"
#include "store/db.h"
#include "store/page_data.h"

/* Rows that one call deletes: some ten milliseconds. */
#define BATCH 2000

/* Valid as long as the object is. */
static const char *
text_of(struct json_object *o)
{
	return json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN);
}

struct json_object *
request_log_list(struct db *db, const char *what, struct json_object *filter,
    struct json_object *page)
{
	struct db_args a = {0};
	db_arg_typed(&a, what, DB_TEXT);
	db_arg_typed(&a, text_of(filter), DB_JSONB);
	db_arg_typed(&a, text_of(page), DB_JSONB);
	return page_data(db, "select keywheel.log_list($1,$2,$3) as data", &a);
}

struct json_object *
request_log_count(struct db *db, const char *what, struct json_object *filter,
    int64_t budget_ms)
{
	struct db_args a = {0};
	db_arg_typed(&a, what, DB_TEXT);
	db_arg_typed(&a, text_of(filter), DB_JSONB);
	db_arg_int(&a, budget_ms);
	return page_data(db, "select keywheel.count_log($1,$2,$3) as data", &a);
}

int64_t
request_log_delete(struct db *db, const char *what, struct json_object *filter,
    struct buf *next)
{
	struct db_args a = {0};
	db_arg_typed(&a, what, DB_TEXT);
	db_arg_typed(&a, text_of(filter), DB_JSONB);
	db_arg_typed(&a, next->len > 0 ? buf_cstr(next) : NULL, DB_TEXT);
	db_arg_int(&a, BATCH);
	PGresult *res =
	    db_call(db, "select * from keywheel.delete_log($1,$2,$3,$4)", &a);
	if (res == NULL)
		return -1;
	const char *place = db_cell(res, 0, "next");
	int64_t deleted = db_cell_int(res, 0, "deleted");
	buf_reset(next);
	buf_str(next, place == NULL ? "" : place);
	PQclear(res);
	return deleted;
}

/* {"a","b"}: an array literal of PostgreSQL's. Places hold nothing that would
 * have to be escaped; what does is none. */
static void
write_places(struct buf *out, struct json_object *places)
{
	const char *comma = "";
	buf_byte(out, '{');
	for (size_t i = 0; i < json_count(places); i++) {
		const char *text = json_object_get_string(json_at(places, i));
		if (*text == '\0' ||
		    strspn(text, "0123456789abcdef.-") != strlen(text))
			continue;
		buf_fmt(out, "%s%s", comma, text);
		comma = ",";
	}
	buf_byte(out, '}');
}

static PGresult *
call_with_places(struct db *db, const char *sql, const char *what,
    struct json_object *places)
{
	struct buf list;
	struct db_args a = {0};
	buf_init(&list, BUF_LARGE);
	write_places(&list, places);
	db_arg_typed(&a, what, DB_TEXT);
	db_arg_typed(&a, buf_cstr(&list), DB_TEXT_ARRAY);
	PGresult *res = db_call(db, sql, &a);
	buf_clear(&list);
	return res;
}

int64_t
request_log_delete_rows(
    struct db *db, const char *what, struct json_object *places)
{
	PGresult *res = call_with_places(db,
	    "select keywheel.delete_log_rows($1,$2) as deleted", what, places);
	int64_t deleted = res == NULL ? -1 : db_cell_int(res, 0, "deleted");
	PQclear(res);
	return deleted;
}

int64_t
request_log_keys(struct db *db, const char *what, struct json_object *places,
    int64_t *keys, size_t max)
{
	PGresult *res = call_with_places(
	    db, "select unnest(keywheel.log_keys($1,$2)) as key", what, places);
	int64_t n = res == NULL ? -1 : 0;
	for (int i = 0; i < PQntuples(res) && n < (int64_t)max; i++)
		keys[n++] = db_cell_int(res, i, "key");
	PQclear(res);
	return n;
}

struct json_object *
request_log_one(struct db *db, const char *id, bool *failed)
{
	struct db_args a = {0};
	db_arg_typed(&a, id, DB_UUID);
	PGresult *res =
	    db_call(db, "select keywheel.request_page($1) as data", &a);
	const char *text = res == NULL ? NULL : db_cell(res, 0, "data");
	struct json_object *o =
	    text == NULL ? NULL : json_parse(text, strlen(text), NULL);
	*failed = res == NULL || (text != NULL && o == NULL);
	PQclear(res);
	return o;
}

struct json_object *
request_log_called(struct db *db, const char *client_id, int64_t most)
{
	struct db_args a = {0};
	db_arg_text(&a, client_id);
	db_arg_int(&a, most);
	return page_data(
	    db, "select keywheel.requests_called($1, $2) as data", &a);
}

bool
request_log_body(struct db *db, const struct master_key *master, const char *id,
    struct buf *body)
{
	struct db_args a = {0};
	struct buf sealed;
	buf_init(&sealed, BUF_LARGE);
	db_arg_typed(&a, id, DB_UUID);
	PGresult *res =
	    db_call(db, "select * from keywheel.request_body($1)", &a);
	if (PQntuples(res) > 0)
		db_cell_bytes(res, 0, "body", &sealed);
	if (sealed.len > 0 &&
	    !crypt_open(master, (uint8_t *)sealed.data, sealed.len, body))
		buf_reset(body);
	PQclear(res);
	buf_clear(&sealed);
	return res != NULL;
}
