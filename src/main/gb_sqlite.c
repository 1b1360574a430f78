/*
 * gemini-balance's SQLite file. It may be in use: what is read is one moment's
 * state, and nothing is written, neither to the file nor beside it.
 * https://www.sqlite.org/wal.html, https://www.sqlite.org/security.html
 */
#include "main/gb.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/url.h"
#include "main/cli.h"

#define BUSY_MS 10000

/* Where the file's header says that there is a write-ahead log, and how. */
#define WRITE_VERSION 18
#define WITH_LOG 2

static bool
complain(const struct gb_source *source, sqlite3 *db)
{
	int code = sqlite3_extended_errcode(db);
	if (code == SQLITE_READONLY_ROLLBACK)
		cli_complain("%s: a change to it was broken off; start "
			     "gemini-balance once, which takes that back",
		    source->path);
	else if ((code & 0xff) == SQLITE_BUSY)
		cli_complain("%s: another program is writing to it all the "
			     "time; stop gemini-balance and try again",
		    source->path);
	else
		cli_complain("%s cannot be read as a SQLite database: %s",
		    source->path, sqlite3_errmsg(db));
	return false;
}

/* --- opening it ---------------------------------------------------------- */

/* The size of the file beside it; -1 if there is none. */
static int64_t
size_beside(const struct gb_source *source, const char *ending)
{
	struct stat st;
	struct buf path;
	buf_init(&path, BUF_SMALL);
	buf_fmt(&path, "%s%s", source->path, ending);
	bool there = buf_ok(&path) && stat(buf_cstr(&path), &st) == 0;
	buf_clear(&path);
	return there ? (int64_t)st.st_size : -1;
}

/*
 * With a write-ahead log SQLite makes files beside the database as soon as it
 * is opened, even for reading; not so where a program has it open already, and
 * where it is told that nobody has. NULL: it cannot be read that way.
 */
static const char *
how_to_open(const struct gb_source *source, const char *head)
{
	if (head[WRITE_VERSION] != WITH_LOG || size_beside(source, "-shm") >= 0)
		return "mode=ro";
	if (size_beside(source, "-wal") <= 0)
		return "mode=ro&immutable=1";
	cli_complain("%s: its last changes are in %s-wal still; start "
		     "gemini-balance and stop it again, which brings them in",
	    source->path, source->path);
	return NULL;
}

/* Nothing in the file is to make SQLite do more than read. */
static void
be_careful(sqlite3 *db)
{
	sqlite3_busy_timeout(db, BUSY_MS);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, (int)DUMP_MAX_VALUE);
}

static bool
open_file(const struct gb_source *source, const char *head, sqlite3 **db)
{
	const char *how = how_to_open(source, head);
	struct buf uri;
	if (how == NULL)
		return false;
	buf_init(&uri, BUF_SMALL);
	buf_str(&uri, "file:");
	url_escape(&uri, source->path);
	buf_fmt(&uri, "?%s", how);
	int code = sqlite3_open_v2(
	    buf_cstr(&uri), db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
	buf_clear(&uri);
	if (code != SQLITE_OK)
		return complain(source, *db);
	be_careful(*db);
	return sqlite3_exec(*db, "begin", NULL, NULL, NULL) == SQLITE_OK ||
	    complain(source, *db);
}

/* --- tables -------------------------------------------------------------- */

static sqlite3_stmt *
prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s = NULL;
	return sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK ? s
								      : NULL;
}

/* `select "a",null,"c" from t`, with those columns that it has; *there: it is a
 * table and has one. False if the database failed. */
static bool
write_select(
    sqlite3 *db, const struct dump_table *table, struct buf *sql, bool *there)
{
	bool has[DUMP_MAX_COLUMNS] = {false};
	*there = false;
	/* A virtual table has no page of its own. */
	sqlite3_stmt *s = prepare(db,
	    "select c.name from sqlite_master m, pragma_table_info(m.name) c "
	    "where m.type = 'table' and m.rootpage > 0 and m.name = ?");
	if (s == NULL)
		return false;
	sqlite3_bind_text(s, 1, table->name, -1, SQLITE_STATIC);
	int code;
	while ((code = sqlite3_step(s)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(s, 0);
		for (size_t i = 0; table->columns[i] != NULL; i++)
			if (name != NULL &&
			    sqlite3_stricmp(name, table->columns[i]) == 0)
				*there = has[i] = true;
	}
	sqlite3_finalize(s);
	for (size_t i = 0; table->columns[i] != NULL; i++)
		buf_fmt(sql, has[i] ? "%s\"%s\"" : "%snull",
		    i == 0 ? "select " : ",", table->columns[i]);
	buf_fmt(sql, " from \"%s\"", table->name);
	return code == SQLITE_DONE;
}

static bool
keep_rows(struct gb_source *source, sqlite3_stmt *s, size_t table)
{
	struct dump_value values[DUMP_MAX_COLUMNS] = {{0}};
	struct dump_row row = {
	    .table = table, .database = "", .values = values};
	int code;
	while ((code = sqlite3_step(s)) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(s); i++) {
			values[i].text =
			    (const char *)sqlite3_column_text(s, i);
			values[i].len = (size_t)sqlite3_column_bytes(s, i);
		}
		if (!gb_keep(source, &row))
			return false;
	}
	return code == SQLITE_DONE;
}

static bool
read_table(struct gb_source *source, sqlite3 *db, size_t table)
{
	struct buf sql;
	bool there;
	buf_init(&sql, BUF_SMALL);
	bool ok = write_select(db, &gb_tables[table], &sql, &there);
	if (ok && there) {
		gb_begin(source, "");
		sqlite3_stmt *s = prepare(db, buf_cstr(&sql));
		ok = s != NULL && keep_rows(source, s, table);
		if (!ok && !source->failed)
			(void)complain(source, db);
		sqlite3_finalize(s);
	} else if (!ok)
		(void)complain(source, db);
	buf_clear(&sql);
	return ok;
}

bool
gb_sqlite_read(struct gb_source *source, const char *head)
{
	sqlite3 *db = NULL;
	bool ok = open_file(source, head, &db);
	for (size_t i = 0; ok && i < GB__TABLES; i++)
		ok = read_table(source, db, i);
	sqlite3_close(db);
	return ok;
}
