/* Lists of what projects hold. */
#include "store/resources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypt.h"
#include "base/json.h"
#include "store/db.h"

/* A jsonb cell as an object; NULL for null. */
static struct json_object *
cell_json(const PGresult *res, int row, const char *column)
{
	const char *text = db_cell(res, row, column);
	return text == NULL ? NULL : json_parse(text, strlen(text), NULL);
}

static const char *
json_arg(struct json_object *o)
{
	return o == NULL
	    ? "{}"
	    : json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN);
}

struct json_object *
resources_list(struct db *db, const struct resources_query *query)
{
	struct db_args a = {0};
	db_arg_int(&a, query->token_id);
	db_arg_typed(&a, query->kind, DB_TEXT);
	db_arg_int(&a, query->limit);
	db_arg_typed(&a, query->after, DB_TEXT);
	db_arg_bool(&a, query->oldest_first);
	db_arg_typed(&a, json_arg(query->facts), DB_JSONB);
	PGresult *res = db_call(
	    db, "select * from keywheel.list_resources($1,$2,$3,$4,$5,$6)", &a);
	if (res == NULL)
		return NULL;
	struct json_object *list = json_object_new_array();
	for (int i = 0; i < PQntuples(res); i++) {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "name", db_cell(res, i, "name"));
		json_set(o, "facts", cell_json(res, i, "facts"));
		json_object_array_add(list, o);
	}
	PQclear(res);
	return list;
}

static void
copy(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text == NULL ? "" : text);
}

/* A key that cannot be opened deletes nothing. */
static bool
read_old(const struct master_key *master, const PGresult *res, int row,
    struct old_resource *one)
{
	struct buf sealed, plain;
	buf_init(&sealed, BUF_SMALL);
	buf_init(&plain, BUF_SMALL);
	copy(one->name, sizeof(one->name), db_cell(res, row, "name"));
	copy(one->scope, sizeof(one->scope), db_cell(res, row, "scope"));
	copy(one->pool, sizeof(one->pool), db_cell(res, row, "pool"));
	db_cell_bytes(res, row, "secret", &sealed);
	bool ok = sealed.data != NULL &&
	    crypt_open(master, (uint8_t *)sealed.data, sealed.len, &plain) &&
	    buf_ok(&plain);
	one->secret = ok ? buf_take(&plain) : NULL;
	buf_clear(&sealed);
	buf_clear(&plain);
	return ok;
}

/* Those of a result, up to n; -1 if there is none. */
static int
take_rows(const struct master_key *master, PGresult *res,
    struct old_resource *found, int n)
{
	int count = 0;
	if (res == NULL)
		return -1;
	for (int i = 0; i < PQntuples(res) && count < n; i++)
		count += read_old(master, res, i, &found[count]);
	PQclear(res);
	return count;
}

int
resources_old(struct db *db, const struct master_key *master, const char *kind,
    int64_t age_s, int64_t skip, struct old_resource *found, int n)
{
	struct db_args a = {0};
	db_arg_typed(&a, kind, DB_TEXT);
	db_arg_int(&a, age_s);
	db_arg_int(&a, n);
	db_arg_int(&a, skip);
	PGresult *res = db_call(
	    db, "select * from keywheel.old_resources($1,$2,$3,$4)", &a);
	return take_rows(master, res, found, n);
}

int
resources_chosen_files(struct db *db, const struct master_key *master,
    struct json_object *chosen, struct old_resource *found, int n)
{
	struct db_args a = {0};
	db_arg_typed(&a, json_arg(chosen), DB_JSONB);
	PGresult *res =
	    db_call(db, "select * from keywheel.chosen_files($1)", &a);
	return take_rows(master, res, found, n);
}

void
resources_clear_old(struct old_resource *one)
{
	if (one->secret != NULL)
		crypt_wipe(one->secret, strlen(one->secret));
	free(one->secret);
	one->secret = NULL;
}

bool
resources_drop(struct db *db, struct json_object *gone)
{
	struct db_args a = {0};
	db_arg_typed(&a, json_arg(gone), DB_JSONB);
	return db_do(db, "select keywheel.forget_resources($1)", &a);
}
