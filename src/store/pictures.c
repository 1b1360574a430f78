/* Pictures in the database. */
#include "store/pictures.h"

#include <stdio.h>

#include "store/db.h"

int64_t
pictures_open(struct db *db, const uint8_t name[CRYPT_HASH_SIZE],
    const char *type, int64_t size, int64_t hours, int64_t max)
{
	struct db_args a = {0};
	db_arg_bytes(&a, name, CRYPT_HASH_SIZE);
	db_arg_typed(&a, type, DB_TEXT);
	db_arg_int(&a, size);
	db_arg_int(&a, hours);
	db_arg_int(&a, max);
	PGresult *res = db_call(db,
	    "select keywheel.open_picture($1,$2,$3,$4::integer,$5) as id", &a);
	int64_t id = res == NULL ? -1 : db_cell_int(res, 0, "id");
	PQclear(res);
	return id;
}

bool
pictures_put(struct db *db, int64_t id, int n, const uint8_t *bytes, size_t len,
    bool last, bool *gone)
{
	struct db_args a = {0};
	db_arg_int(&a, id);
	db_arg_int(&a, n);
	db_arg_bytes(&a, bytes, len);
	db_arg_bool(&a, last);
	PGresult *res = db_call(db,
	    "select keywheel.put_picture_piece($1,$2::integer,$3,$4) as ok",
	    &a);
	bool ok = res != NULL && db_cell_bool(res, 0, "ok");
	*gone = res != NULL && !ok;
	PQclear(res);
	return ok;
}

bool
pictures_find(
    struct db *db, const uint8_t name[CRYPT_HASH_SIZE], struct picture *picture)
{
	struct db_args a = {0};
	*picture = (struct picture){0};
	db_arg_bytes(&a, name, CRYPT_HASH_SIZE);
	PGresult *res =
	    db_call(db, "select * from keywheel.get_picture($1)", &a);
	if (res != NULL && PQntuples(res) > 0) {
		picture->id = db_cell_int(res, 0, "id");
		picture->size = db_cell_int(res, 0, "size");
		picture->seconds_left = db_cell_int(res, 0, "seconds_left");
		snprintf(picture->type, sizeof(picture->type), "%s",
		    db_cell(res, 0, "type"));
	}
	PQclear(res);
	return res != NULL;
}

bool
pictures_piece(struct db *db, int64_t id, int n, struct buf *out)
{
	struct db_args a = {0};
	db_arg_int(&a, id);
	db_arg_int(&a, n);
	PGresult *res = db_call(db,
	    "select keywheel.get_picture_piece($1,$2::integer) as bytes", &a);
	if (res != NULL)
		db_cell_bytes(res, 0, "bytes", out);
	PQclear(res);
	return res != NULL;
}

int64_t
pictures_trim(struct db *db, int64_t max, int64_t batch)
{
	struct db_args a = {0};
	db_arg_int(&a, max);
	db_arg_int(&a, batch);
	PGresult *res = db_call(
	    db, "select keywheel.trim_pictures($1,$2::integer) as removed", &a);
	int64_t removed = res == NULL ? -1 : db_cell_int(res, 0, "removed");
	PQclear(res);
	return removed;
}
