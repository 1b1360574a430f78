/* The calls of the pages of keys. */
#include "store/key_pages.h"

#include "base/json.h"
#include "store/db.h"
#include "store/page_data.h"

struct json_object *
key_pages_list(struct db *db, struct json_object *filter,
    const struct key_pages_part *part)
{
	struct db_args a = {0};
	struct buf text;
	buf_init(&text, BUF_SMALL);
	json_write(&text, filter);
	db_arg_typed(&a, buf_cstr(&text), DB_JSONB);
	db_arg_typed(&a, part->sort, DB_TEXT);
	db_arg_bool(&a, part->down);
	db_arg_int(&a, part->offset);
	db_arg_int(&a, part->limit);
	db_arg_int(&a, part->most);
	struct json_object *data = page_data(
	    db, "select keywheel.key_list($1,$2,$3,$4,$5,$6) as data", &a);
	buf_clear(&text);
	return data;
}

struct json_object *
key_pages_one(struct db *db, int64_t key_id, int64_t before, int64_t events,
    const char *range)
{
	struct db_args a = {0};
	db_arg_int(&a, key_id);
	db_arg_int_or_null(&a, before, before == 0);
	db_arg_int(&a, events);
	db_arg_typed(&a, range, DB_TEXT);
	return page_data(
	    db, "select keywheel.key_page($1,$2,$3::integer,$4) as data", &a);
}

struct json_object *
key_pages_attention(struct db *db, int64_t code, int64_t limit)
{
	struct db_args a = {0};
	db_arg_int(&a, code);
	db_arg_int(&a, limit);
	return page_data(
	    db, "select keywheel.key_attention($1,$2) as data", &a);
}
