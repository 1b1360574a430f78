/* A database before the installation. */
#include "store/install.h"

#include "store/db.h"

/* Which is asked only where there are those tables. */
static bool
is_used(struct db *db, bool *used)
{
	PGresult *res = db_call(db,
	    "select exists (select from keywheel.keys)"
	    " or exists (select from keywheel.tokens) as used",
	    NULL);
	if (res == NULL)
		return false;
	*used = db_cell_bool(res, 0, "used");
	PQclear(res);
	return true;
}

bool
store_install_look(struct db *db, struct install_facts *facts)
{
	*facts = (struct install_facts){0};
	PGresult *res = db_call(db,
	    "select current_setting('server_version_num')::integer as version,"
	    " n.oid is not null as schema,"
	    " to_regclass('keywheel.tokens') is not null as tables,"
	    " coalesce(pg_has_role(n.nspowner, 'USAGE'),"
	    " has_database_privilege(current_database(), 'CREATE')) as may"
	    " from (values (1)) one left join pg_namespace n"
	    " on n.nspname = 'keywheel'",
	    NULL);
	if (res == NULL)
		return false;
	facts->version = (int)db_cell_int(res, 0, "version");
	facts->schema = db_cell_bool(res, 0, "schema");
	facts->may = db_cell_bool(res, 0, "may");
	bool tables = db_cell_bool(res, 0, "tables");
	PQclear(res);
	return !tables || !facts->may || is_used(db, &facts->used);
}
