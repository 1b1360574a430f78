/* Files that another gateway has made. */
#include "store/file_import.h"

#include <json-c/json.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "store/db.h"

/* The keyed hash of the secret, as bytea reads it. */
static void
set_hash(struct json_object *row, const char *name,
    const struct master_key *master, const char *secret)
{
	uint8_t hash[CRYPT_HASH_SIZE];
	struct buf hex;
	buf_init(&hex, BUF_SMALL);
	crypt_hash(master, secret, strlen(secret), hash);
	buf_str(&hex, "\\x");
	text_hex(&hex, hash, sizeof(hash));
	json_set_text(row, name, buf_cstr(&hex));
	buf_clear(&hex);
}

static struct json_object *
make_row(const struct master_key *master, struct json_object *file)
{
	static const char *const same[] = {
	    "name", "created_at", "expires_at", "facts"};
	struct json_object *row = json_object_new_object();
	for (size_t i = 0; i < COUNT_OF(same); i++)
		json_share(row, same[i], json_get(file, same[i]));
	set_hash(row, "key", master, json_get_text(file, "api_key"));
	set_hash(row, "token", master, json_get_text(file, "user_token"));
	return row;
}

static void
read_tally(const PGresult *res, struct file_tally *tally)
{
	const struct {
		const char *word;
		int64_t *count;
	} rows[] = {
	    {"taken", &tally->taken},
	    {"known", &tally->known},
	    {"no_key", &tally->no_key},
	    {"no_token", &tally->no_token},
	};
	for (int r = 0; r < PQntuples(res); r++)
		for (size_t i = 0; i < COUNT_OF(rows); i++)
			if (text_same(db_cell(res, r, "result"), rows[i].word))
				*rows[i].count = db_cell_int(res, r, "files");
}

bool
file_import(struct db *db, const struct master_key *master,
    struct json_object *files, struct file_tally *tally)
{
	struct json_object *all = json_object_new_array();
	struct buf text;
	struct db_args a = {0};
	*tally = (struct file_tally){0};
	for (size_t i = 0; i < json_count(files); i++)
		json_object_array_add(all, make_row(master, json_at(files, i)));
	buf_init(&text, BUF_LARGE);
	json_write(&text, all);
	db_arg_typed(&a, buf_cstr(&text), DB_JSONB);
	PGresult *res =
	    db_call(db, "select * from keywheel.import_files($1)", &a);
	if (res != NULL)
		read_tally(res, tally);
	PQclear(res);
	buf_clear(&text);
	json_object_put(all);
	return res != NULL;
}
