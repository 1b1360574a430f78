/* The pools of keys. */
#include "store/pools.h"

#include "store/db.h"

bool
pools_have_keys(struct db *db, const char *pool)
{
	struct db_args a = {0};
	db_arg_typed(&a, pool, DB_TEXT);
	PGresult *res =
	    db_call(db, "select keywheel.pool_has_keys($1) as filled", &a);
	bool filled = res != NULL && db_cell_bool(res, 0, "filled");
	PQclear(res);
	return filled;
}
