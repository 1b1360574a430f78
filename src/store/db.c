/* One PostgreSQL connection: calls with a time limit, and reconnection. */
#include "store/db.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/waits.h"
#include "store/owed.h"

#define CONNECT_SECONDS "5"
/* A network that takes nothing any more is noticed before a call is given up,
 * so that another connection is tried; a connection that has gone silently,
 * before a request needs it. */
#define SEND_MS "7000"
#define IDLE_SECONDS "60"
#define PROBE_SECONDS "10"
#define PROBES "3"
#define CANCEL_SECONDS 3
#define CALL_MS 10000
#define SCRIPT_MS 600000

struct db {
	char *url;
	PGconn *conn;
	struct buf error;
	char state[6];
	bool in_transaction;
	struct owed *owed;
};

struct db *
db_new(const char *url)
{
	struct db *db = calloc(1, sizeof(*db));
	if (db == NULL)
		abort();
	db->url = strdup(url);
	if (db->url == NULL)
		abort();
	buf_init(&db->error, BUF_SMALL);
	return db;
}

void
db_free(struct db *db)
{
	if (db == NULL)
		return;
	PQfinish(db->conn);
	owed_free(db->owed);
	free(db->url);
	buf_clear(&db->error);
	free(db);
}

struct owed **
db_owed(struct db *db)
{
	return &db->owed;
}

const char *
db_error(const struct db *db)
{
	return buf_cstr(&db->error);
}

const char *
db_state(const struct db *db)
{
	return db->state;
}

/* Keep the reason, on one line. libpq's texts never hold the password. */
static void
fail(struct db *db, const char *text, const PGresult *res)
{
	const char *state =
	    res == NULL ? NULL : PQresultErrorField(res, PG_DIAG_SQLSTATE);
	snprintf(db->state, sizeof(db->state), "%s", state ? state : "");
	buf_reset(&db->error);
	text_redact(&db->error, text, strcspn(text, "\n"));
}

bool
db_connect(struct db *db)
{
	if (db->conn != NULL && PQstatus(db->conn) == CONNECTION_OK)
		return true;
	PQfinish(db->conn);

	/* dbname may hold a whole URL; what follows it are our defaults. */
	const char *const names[] = {"connect_timeout", "tcp_user_timeout",
	    "keepalives_idle", "keepalives_interval", "keepalives_count",
	    "application_name", "client_encoding", "dbname", NULL};
	const char *const values[] = {CONNECT_SECONDS, SEND_MS, IDLE_SECONDS,
	    PROBE_SECONDS, PROBES, "keywheel", "UTF8", db->url, NULL};
	db->conn = PQconnectdbParams(names, values, 1);
	if (db->conn == NULL)
		abort();
	if (PQstatus(db->conn) == CONNECTION_OK)
		return true;
	/* What libpq says of a malformed URL quotes it. */
	PQconninfoOption *parsed = PQconninfoParse(db->url, NULL);
	fail(db,
	    parsed == NULL ? "the database URL is malformed"
			   : PQerrorMessage(db->conn),
	    NULL);
	PQconninfoFree(parsed);
	PQfinish(db->conn);
	db->conn = NULL;
	return false;
}

void
db_arg_text(struct db_args *a, const char *text)
{
	if (a->n >= DB_MAX_ARGS)
		abort();
	a->value[a->n++] = text;
}

void
db_arg_typed(struct db_args *a, const char *text, Oid type)
{
	int i = a->n;
	db_arg_text(a, text);
	a->type[i] = type;
}

void
db_arg_int(struct db_args *a, int64_t number)
{
	if (a->n >= DB_MAX_ARGS)
		abort();
	snprintf(
	    a->number[a->n], sizeof(a->number[0]), "%lld", (long long)number);
	db_arg_typed(a, a->number[a->n], DB_INT8);
}

void
db_arg_int_or_null(struct db_args *a, int64_t number, bool null)
{
	if (null)
		db_arg_typed(a, NULL, DB_INT8);
	else
		db_arg_int(a, number);
}

void
db_arg_bool(struct db_args *a, bool value)
{
	db_arg_typed(a, value ? "t" : "f", DB_BOOL);
}

void
db_arg_bytes(struct db_args *a, const void *bytes, size_t len)
{
	int i = a->n;
	db_arg_typed(a, bytes, DB_BYTEA);
	a->length[i] = (int)len;
	a->format[i] = 1;
}

/* Wait until the server's whole answer is here. False if it was not at the
 * end, by clock_mono_ms(). */
static bool
await_answer(struct db *db, int64_t end)
{
	while (PQisBusy(db->conn)) {
		int64_t left = end - clock_mono_ms();
		struct pollfd p = {PQsocket(db->conn), POLLIN, 0};
		int n = poll(&p, 1, left < 0 ? 0 : (int)left);
		if (n < 0 && errno != EINTR)
			return false;
		if (n == 0)
			return false;
		if (n > 0 && !PQconsumeInput(db->conn))
			return true; /* lost: the result says so */
	}
	return true;
}

/* Fetch the last result of the statement; NULL if there was none in time. */
static PGresult *
fetch(struct db *db, int64_t end)
{
	PGresult *last = NULL;
	for (;;) {
		if (!await_answer(db, end)) {
			PQclear(last);
			return NULL;
		}
		PGresult *res = PQgetResult(db->conn);
		if (res == NULL)
			return last;
		/* The first failure of a script explains the others. */
		if (last != NULL && PQresultStatus(last) == PGRES_FATAL_ERROR)
			PQclear(res);
		else {
			PQclear(last);
			last = res;
		}
	}
}

/* Tell the server to stop. PQcancel() waits until it has heard that, for ever
 * where something holds the line and does not answer: a child's child does it,
 * for which nobody waits. It holds nothing of ours meanwhile: the web server's
 * connection, the socket of the responders, a CGI program's output. */
static void
cancel(struct db *db)
{
	char why[256];
	PGcancel *what = PQgetCancel(db->conn);
	pid_t child = what == NULL ? -1 : fork();
	if (child == 0) {
		if (fork() == 0) {
			closefrom(0);
			signal(SIGALRM, SIG_DFL);
			alarm(CANCEL_SECONDS);
			PQcancel(what, why, sizeof(why));
		}
		_exit(0);
	}
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	PQfreeCancel(what);
}

/* A statement that hangs must not hold its responder. */
static void
give_up(struct db *db)
{
	cancel(db);
	PQfinish(db->conn);
	db->conn = NULL;
	fail(db, "the database did not answer in time", NULL);
}

enum try_end { TRY_DONE, TRY_FAILED, TRY_LOST };

static enum try_end
try_call(struct db *db, const char *sql, const struct db_args *a, int64_t end,
    PGresult **res)
{
	if (db->in_transaction && db->conn == NULL)
		return TRY_FAILED;
	if (!db->in_transaction && !db_connect(db))
		return TRY_FAILED;
	int sent = a == NULL ? PQsendQuery(db->conn, sql)
			     : PQsendQueryParams(db->conn, sql, a->n, a->type,
				   a->value, a->length, a->format, 0);
	if (!sent) {
		fail(db, PQerrorMessage(db->conn), NULL);
		return PQstatus(db->conn) == CONNECTION_BAD ? TRY_LOST
							    : TRY_FAILED;
	}
	*res = fetch(db, end);
	if (*res == NULL) {
		give_up(db);
		return TRY_FAILED;
	}
	switch (PQresultStatus(*res)) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
	case PGRES_EMPTY_QUERY:
		return TRY_DONE;
	default:
		fail(db, PQresultErrorMessage(*res), *res);
		PQclear(*res);
		*res = NULL;
		return PQstatus(db->conn) == CONNECTION_BAD ? TRY_LOST
							    : TRY_FAILED;
	}
}

static int64_t
end_of(int64_t limit_ms)
{
	return clock_mono_ms() + limit_ms;
}

PGresult *
db_call(struct db *db, const char *sql, const struct db_args *args)
{
	static const struct db_args none;
	PGresult *res = NULL;
	int64_t begun = waits_begin();
	/* Scripts and transactions are an operator's, who can wait. */
	int64_t limit = end_of(db->in_transaction ? SCRIPT_MS : CALL_MS);
	if (args == NULL)
		args = &none;
	enum try_end end = try_call(db, sql, args, limit, &res);
	if (end == TRY_LOST && !db->in_transaction && clock_mono_ms() < limit)
		end = try_call(db, sql, args, limit, &res);
	waits_end(WAITS_DATABASE, begun);
	return end == TRY_DONE ? res : NULL;
}

bool
db_do(struct db *db, const char *sql, const struct db_args *args)
{
	PGresult *res = db_call(db, sql, args);
	PQclear(res);
	return res != NULL;
}

bool
db_begin(struct db *db)
{
	db->in_transaction = db_do(db, "begin", NULL);
	return db->in_transaction;
}

bool
db_end(struct db *db, bool ok)
{
	bool done = db_do(db, ok ? "commit" : "rollback", NULL);
	db->in_transaction = false;
	return done && ok;
}

bool
db_script(struct db *db, const char *sql)
{
	PGresult *res = NULL;
	bool ok = try_call(db, sql, NULL, end_of(SCRIPT_MS), &res) == TRY_DONE;
	PQclear(res);
	return ok;
}

const char *
db_cell(const PGresult *res, int row, const char *column)
{
	int c = PQfnumber(res, column);
	if (c < 0 || PQgetisnull(res, row, c))
		return NULL;
	return PQgetvalue(res, row, c);
}

int64_t
db_cell_int(const PGresult *res, int row, const char *column)
{
	const char *text = db_cell(res, row, column);
	return text == NULL ? 0 : strtoll(text, NULL, 10);
}

bool
db_cell_bool(const PGresult *res, int row, const char *column)
{
	const char *text = db_cell(res, row, column);
	return text != NULL && *text == 't';
}

void
db_cell_bytes(const PGresult *res, int row, const char *column, struct buf *out)
{
	const char *hex = db_cell(res, row, column);
	if (hex == NULL || hex[0] != '\\' || hex[1] != 'x')
		return;
	size_t room = strlen(hex) / 2;
	uint8_t *bytes = malloc(room + 1);
	if (bytes == NULL)
		abort();
	long n = text_unhex(hex + 2, bytes, room);
	if (n > 0)
		buf_add(out, bytes, (size_t)n);
	free(bytes);
}
