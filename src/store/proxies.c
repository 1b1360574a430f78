/* The health of egress proxies. */
#include "store/proxies.h"

#include <string.h>

#include "base/json.h"
#include "store/db.h"
#include "store/page_data.h"

static struct json_object *
cell_json(const PGresult *res, const char *column)
{
	const char *text = res == NULL ? NULL : db_cell(res, 0, column);
	return text == NULL ? NULL : json_parse(text, strlen(text), NULL);
}

struct json_object *
proxies_load(struct db *db)
{
	PGresult *res =
	    db_call(db, "select keywheel.get_proxies() as down", NULL);
	struct json_object *down = cell_json(res, "down");
	PQclear(res);
	return down;
}

/* A call whose result is a number of milliseconds. */
static int64_t
call_ms(struct db *db, const char *sql, const struct db_args *a)
{
	PGresult *res = db_call(db, sql, a);
	int64_t ms = res == NULL ? -1 : db_cell_int(res, 0, "ms");
	PQclear(res);
	return ms;
}

int64_t
proxies_failed(struct db *db, const char *id, const char *name, const char *why,
    bool unserved)
{
	struct db_args a = {0};
	db_arg_typed(&a, id, DB_TEXT);
	db_arg_typed(&a, name, DB_TEXT);
	db_arg_typed(&a, why, DB_TEXT);
	db_arg_bool(&a, unserved);
	return call_ms(
	    db, "select keywheel.proxy_failed($1,$2,$3,$4) as ms", &a);
}

bool
proxies_works(struct db *db, const char *id)
{
	struct db_args a = {0};
	db_arg_typed(&a, id, DB_TEXT);
	return db_do(db, "select keywheel.proxy_works($1)", &a);
}

int64_t
proxies_try(struct db *db, const char *id, int64_t ms)
{
	struct db_args a = {0};
	db_arg_typed(&a, id, DB_TEXT);
	db_arg_int(&a, ms);
	return call_ms(db, "select keywheel.try_proxy($1,$2) as ms", &a);
}

bool
proxies_put_checks(struct db *db, struct json_object *checks)
{
	struct db_args a = {0};
	db_arg_typed(&a,
	    json_object_to_json_string_ext(checks, JSON_C_TO_STRING_PLAIN),
	    DB_JSONB);
	return db_do(db, "select keywheel.put_proxy_checks($1)", &a);
}

bool
proxies_list(
    struct db *db, struct json_object **known, struct json_object **scopes)
{
	PGresult *res =
	    db_call(db, "select * from keywheel.list_proxies()", NULL);
	*known = cell_json(res, "proxies");
	*scopes = cell_json(res, "scopes");
	PQclear(res);
	if (*known != NULL && *scopes != NULL)
		return true;
	json_object_put(*known);
	json_object_put(*scopes);
	*known = *scopes = NULL;
	return false;
}

struct json_object *
proxies_page(struct db *db, int64_t keys)
{
	struct db_args a = {0};
	db_arg_int(&a, keys);
	return page_data(db, "select keywheel.proxy_page($1) as data", &a);
}
