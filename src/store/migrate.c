/* Migrations: numbered files once, functions and views whole. */
#include "store/migrate.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "store/db.h"

/* Any number will do, if it is the same everywhere. */
#define PRELUDE                                                   \
	"set local client_min_messages = warning;"                \
	"select pg_advisory_xact_lock(4751930264);"               \
	"create schema if not exists keywheel;"                   \
	"create table if not exists keywheel.schema_migrations (" \
	"version integer primary key, name text not null,"        \
	"applied_at timestamptz not null default now());"

struct migration {
	struct db *db;
	struct buf *said, *why;
	int applied, refreshed;
};

static int
is_sql(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');
	return dot != NULL && strcmp(dot, ".sql") == 0;
}

/* Run one file; a failure names it. */
static bool
run_file(struct migration *m, const char *path)
{
	struct buf sql;
	buf_init(&sql, BUF_LARGE);
	bool ok = file_read(path, &sql, m->why);
	if (ok && !db_script(m->db, buf_cstr(&sql))) {
		buf_fmt(m->why, "%s: %s", path, db_error(m->db));
		ok = false;
	}
	buf_clear(&sql);
	return ok;
}

/* Has the migration of this number been applied? -1 on failure. */
static int
is_applied(struct migration *m, int64_t version)
{
	struct db_args a = {0};
	db_arg_int(&a, version);
	PGresult *res = db_call(m->db,
	    "select exists (select from keywheel.schema_migrations "
	    "where version = $1) as applied",
	    &a);
	if (res == NULL) {
		buf_str(m->why, db_error(m->db));
		return -1;
	}
	int applied = db_cell_bool(res, 0, "applied");
	PQclear(res);
	return applied;
}

/* NNN_name.sql at the top: once, in order. */
static bool
apply_numbered(struct migration *m, const char *path, const char *name)
{
	char *end;
	long version = strtol(name, &end, 10);
	if (end == name || *end != '_')
		return true;
	int applied = is_applied(m, version);
	if (applied != 0)
		return applied > 0;
	if (!run_file(m, path))
		return false;

	struct db_args a = {0};
	db_arg_int(&a, version);
	db_arg_text(&a, name);
	if (!db_do(m->db,
		"insert into keywheel.schema_migrations (version, name) "
		"values ($1, $2)",
		&a)) {
		buf_str(m->why, db_error(m->db));
		return false;
	}
	buf_fmt(m->said, "applied %s\n", name);
	m->applied++;
	return true;
}

static bool
refresh(struct migration *m, const char *path, const char *name)
{
	(void)name;
	m->refreshed++;
	return run_file(m, path);
}

/* Call fn for each SQL file of a folder, by name. */
static bool
each_file(struct migration *m, const char *dir, const char *sub,
    bool (*fn)(struct migration *, const char *, const char *))
{
	struct buf path;
	buf_init(&path, BUF_SMALL);
	buf_fmt(&path, "%s%s", dir, sub);
	struct dirent **entries;
	int n = scandir(buf_cstr(&path), &entries, is_sql, alphasort);
	if (n < 0)
		buf_fmt(m->why, "cannot read the folder %s", buf_cstr(&path));

	bool ok = n >= 0;
	for (int i = 0; i < n; i++) {
		buf_reset(&path);
		buf_fmt(&path, "%s%s/%s", dir, sub, entries[i]->d_name);
		ok = ok && fn(m, buf_cstr(&path), entries[i]->d_name);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	buf_clear(&path);
	return ok;
}

/* A database that has seen more than this version brings is left alone. */
static bool
is_newer(struct migration *m, const char *dir)
{
	PGresult *res = db_call(m->db,
	    "select coalesce(max(version), 0) as version, "
	    "coalesce(max(name), '') as name from keywheel.schema_migrations",
	    NULL);
	if (res == NULL) {
		buf_str(m->why, db_error(m->db));
		return true;
	}
	struct buf path;
	buf_init(&path, BUF_SMALL);
	buf_fmt(&path, "%s/%s", dir, db_cell(res, 0, "name"));
	bool newer =
	    db_cell_int(res, 0, "version") > 0 && !file_exists(buf_cstr(&path));
	if (newer)
		buf_fmt(m->why,
		    "the database has been migrated to %s, which this version "
		    "does not know",
		    db_cell(res, 0, "name"));
	buf_clear(&path);
	PQclear(res);
	return newer;
}

static bool
run_all(struct migration *m, const char *dir)
{
	struct buf grants;
	buf_init(&grants, BUF_SMALL);
	buf_fmt(&grants, "%s/grants.sql", dir);
	bool ok = !is_newer(m, dir) && each_file(m, dir, "", apply_numbered) &&
	    each_file(m, dir, "/functions", refresh) &&
	    each_file(m, dir, "/views", refresh) &&
	    run_file(m, buf_cstr(&grants));
	buf_clear(&grants);
	return ok;
}

/* Whoever may not do it is told who may. */
static void
say_failure(const struct migration *m)
{
	static const char no_right[] = "42501";
	if (strcmp(db_state(m->db), no_right) == 0)
		buf_str(m->why,
		    " (OWNER_DATABASE_URL must name the role that owns the "
		    "schema keywheel, or may make it)");
}

static bool
migrate(struct db *db, const char *dir, const char *prelude, struct buf *said,
    struct buf *why)
{
	struct migration m = {.db = db, .said = said, .why = why};
	if (!db_begin(db)) {
		buf_str(why, db_error(db));
		return false;
	}
	bool ok = db_script(db, prelude);
	if (!ok)
		buf_str(why, db_error(db));
	ok = ok && run_all(&m, dir);
	if (!ok)
		say_failure(&m);
	if (!db_end(db, ok) && ok) {
		buf_str(why, db_error(db));
		ok = false;
	}

	/* The first partitions; a later call of anybody makes the next. */
	if (ok && !db_do(db, "select keywheel.maintain()", NULL)) {
		buf_str(why, db_error(db));
		ok = false;
	}
	if (ok && m.applied == 0)
		buf_str(said, "the schema is up to date\n");
	if (ok)
		buf_fmt(said, "%d files of functions and views in force\n",
		    m.refreshed);
	return ok;
}

bool
store_migrate(struct db *db, const char *dir, struct buf *said, struct buf *why)
{
	return migrate(db, dir, PRELUDE, said, why);
}

/* grants.sql asks for this. */
bool
store_migrate_alone(
    struct db *db, const char *dir, struct buf *said, struct buf *why)
{
	return migrate(
	    db, dir, "set local keywheel.one_role = 'on';" PRELUDE, said, why);
}
