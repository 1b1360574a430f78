/* Keys in full. */
#include "store/reveal.h"

#include "store/db.h"

#define BATCH 2000

static bool
reveal_one(const struct master_key *master, const PGresult *res, int row,
    reveal_fn *fn, void *ctx)
{
	struct buf sealed, plain;
	buf_init(&sealed, BUF_SMALL);
	buf_init(&plain, BUF_SMALL);
	db_cell_bytes(res, row, "secret", &sealed);
	bool opened = sealed.data != NULL &&
	    crypt_open(master, (uint8_t *)sealed.data, sealed.len, &plain);
	const struct revealed_key key = {
	    .key_id = db_cell_int(res, row, "key_id"),
	    .secret = opened ? buf_cstr(&plain) : NULL,
	    .pool = db_cell(res, row, "pool"),
	    .state = db_cell(res, row, "state"),
	    .project = db_cell(res, row, "project"),
	    .note = db_cell(res, row, "note"),
	};
	bool more = fn(ctx, &key);
	if (plain.data != NULL)
		crypt_wipe(plain.data, plain.cap);
	buf_clear(&plain);
	buf_clear(&sealed);
	return more;
}

/* The next ones behind *after, which is moved; their number, -1 as above. */
static int64_t
reveal_some(struct db *db, const struct master_key *master, int64_t task_id,
    int64_t *after, const char *by, reveal_fn *fn, void *ctx)
{
	struct db_args a = {0};
	db_arg_int(&a, task_id);
	db_arg_int(&a, *after);
	db_arg_int(&a, BATCH);
	db_arg_typed(&a, by, DB_TEXT);
	PGresult *res = db_call(
	    db, "select * from keywheel.reveal_task_keys($1,$2,$3,$4)", &a);
	if (res == NULL)
		return -1;
	int64_t n = PQntuples(res);
	bool more = true;
	for (int row = 0; more && row < n; row++) {
		*after = db_cell_int(res, row, "key_id");
		more = reveal_one(master, res, row, fn, ctx);
	}
	PQclear(res);
	return more ? n : -1;
}

int64_t
reveal_keys(struct db *db, const struct master_key *master, int64_t task_id,
    const char *by, reveal_fn *fn, void *ctx)
{
	int64_t total = 0, after = 0, n;
	do {
		n = reveal_some(db, master, task_id, &after, by, fn, ctx);
		if (n < 0)
			return -1;
		total += n;
	} while (n == BATCH);
	return total;
}
