/*
 * One connection to PostgreSQL, opened when it is first needed and opened
 * again when it was lost. For the files of this layer only: no PGresult
 * leaves it. Works through PgBouncer's transaction pooling: no session
 * state, no named statements; each call is one statement.
 */
#ifndef KEYWHEEL_STORE_DB_H
#define KEYWHEEL_STORE_DB_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"

struct db;
struct owed;

/* url: a libpq URL or conninfo; copied. Does not connect yet. */
struct db *db_new(const char *url);
void db_free(struct db *db);

/* Connect now if there is no good connection. False with the reason in
 * db_error(). Gives up after five seconds. */
MUSTCHECK bool db_connect(struct db *db);

/* For store/owed.c: its place, which db_free() frees. */
struct owed **db_owed(struct db *db);

/* The last failure, in words; never holds the URL or its password. */
const char *db_error(const struct db *db);

/* The SQLSTATE of the last failure of a statement, "" if there was none. */
const char *db_state(const struct db *db);

/* PostgreSQL's numbers of types, the same in every version (pg_type.dat). */
enum {
	DB_BOOL = 16,
	DB_BYTEA = 17,
	DB_INT8 = 20,
	DB_INT2 = 21,
	DB_INT4 = 23,
	DB_TEXT = 25,
	DB_INET = 869,
	DB_TEXT_ARRAY = 1009,
	DB_INT8_ARRAY = 1016,
	DB_UUID = 2950,
	DB_JSONB = 3802,
};

/* The arguments of a call, in order. Text is borrowed until the call. */
#define DB_MAX_ARGS 40
struct db_args {
	int n;
	const char *value[DB_MAX_ARGS];
	int length[DB_MAX_ARGS]; /* of binary values */
	int format[DB_MAX_ARGS]; /* 1: binary */
	Oid type[DB_MAX_ARGS];   /* 0: the server finds out, which costs */
	char number[DB_MAX_ARGS][24];
};

void db_arg_text(struct db_args *a, const char *text); /* NULL is null */
/* The same with its type told: DB_TEXT … */
void db_arg_typed(struct db_args *a, const char *text, Oid type);
void db_arg_int(struct db_args *a, int64_t number);
void db_arg_int_or_null(struct db_args *a, int64_t number, bool null);
void db_arg_bool(struct db_args *a, bool value);
void db_arg_bytes(struct db_args *a, const void *bytes, size_t len);

/*
 * Run one statement with its arguments ($1, $2 …) and wait for its result,
 * ten seconds at most, a repetition included; longer only where a connection is
 * being opened when they are over (db_connect()). A connection that turns out
 * to be lost before anything was answered is opened again, once, and the
 * statement repeated: statements must be such that a repetition does no harm.
 * NULL with db_error() on failure. The caller clears the result with PQclear().
 */
MUSTCHECK PGresult *db_call(
    struct db *db, const char *sql, const struct db_args *args);

/* The same for statements whose rows are of no interest. */
MUSTCHECK bool db_do(
    struct db *db, const char *sql, const struct db_args *args);

/* A transaction over several calls; while it is open a lost connection is not
 * opened again, the calls fail. db_end commits if ok, else rolls back; false
 * if it was not committed. */
MUSTCHECK bool db_begin(struct db *db);
MUSTCHECK bool db_end(struct db *db, bool ok);

/* Run a script of several statements (migrations). Up to ten minutes. */
MUSTCHECK bool db_script(struct db *db, const char *sql);

/* Cells of a result: text borrowed from it, NULL for SQL null. */
const char *db_cell(const PGresult *res, int row, const char *column);
int64_t db_cell_int(const PGresult *res, int row, const char *column);
bool db_cell_bool(const PGresult *res, int row, const char *column);
/* A bytea column, decoded and appended. */
void db_cell_bytes(
    const PGresult *res, int row, const char *column, struct buf *out);

#endif
