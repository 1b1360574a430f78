/* Calls that must reach the database, if not now then later. */
#include "store/owed.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/log.h"
#include "store/db.h"

#define ROOM ((size_t)8 * 1024 * 1024)

struct owed_call {
	struct owed_call *next;
	const char *sql;
	size_t size;
	struct db_args args; /* whose values follow */
	char bytes[];
};

struct owed {
	struct owed_call *first, **end;
	size_t count, size;
};

static struct owed *
owed_of(struct db *db)
{
	struct owed **owed = db_owed(db);
	if (*owed == NULL) {
		*owed = calloc(1, sizeof(**owed));
		if (*owed == NULL)
			abort();
		(*owed)->end = &(*owed)->first;
	}
	return *owed;
}

/* --- keeping ------------------------------------------------------------- */

/* With the byte that ends a text. */
static size_t
value_size(const struct db_args *args, int i)
{
	if (args->value[i] == NULL)
		return 0;
	return 1 +
	    (args->format[i] ? (size_t)args->length[i]
			     : strlen(args->value[i]));
}

static struct owed_call *
copy_call(const char *sql, const struct db_args *args)
{
	size_t size = sizeof(struct owed_call), at = 0;
	for (int i = 0; i < args->n; i++)
		size += value_size(args, i);
	struct owed_call *call = malloc(size);
	if (call == NULL)
		abort();
	*call = (struct owed_call){.sql = sql, .size = size, .args = *args};
	for (int i = 0; i < args->n; i++) {
		size_t len = value_size(args, i);
		if (len == 0)
			continue;
		memcpy(call->bytes + at, args->value[i], len - 1);
		call->bytes[at + len - 1] = '\0';
		call->args.value[i] = call->bytes + at;
		at += len;
	}
	return call;
}

static bool
keep(struct owed *owed, const char *sql, const struct db_args *args, bool dear)
{
	struct owed_call *call = copy_call(sql, args);
	if (owed->size + call->size > (dear ? ROOM : ROOM / 2)) {
		free(call);
		return false;
	}
	*owed->end = call;
	owed->end = &call->next;
	owed->count++;
	owed->size += call->size;
	return true;
}

static void
drop_first(struct owed *owed)
{
	struct owed_call *call = owed->first;
	owed->first = call->next;
	if (owed->first == NULL)
		owed->end = &owed->first;
	owed->count--;
	owed->size -= call->size;
	free(call);
}

/* --- doing --------------------------------------------------------------- */

enum owed_end { DONE, REFUSED, LATER };

/* Would the same call do at another time? These are of connections, deadlocks,
 * a server that is read-only, full, locked or shutting down. */
static bool
may_pass(const char *state)
{
	static const char *const classes[] = {
	    "08", "25", "40", "53", "55", "57"};
	for (size_t i = 0; i < COUNT_OF(classes); i++)
		if (strncmp(state, classes[i], 2) == 0)
			return true;
	return state[0] == '\0';
}

static enum owed_end
try_call(struct db *db, const char *sql, const struct db_args *args)
{
	/* A unique violation: an earlier try had arrived after all. */
	if (db_do(db, sql, args) || strcmp(db_state(db), "23505") == 0)
		return DONE;
	return may_pass(db_state(db)) ? LATER : REFUSED;
}

bool
owed_do(struct db *db, const char *sql, const struct db_args *args, bool dear)
{
	struct owed *owed = owed_of(db);
	enum owed_end end = owed_settle(db) ? try_call(db, sql, args) : LATER;
	return end == DONE || (end == LATER && keep(owed, sql, args, dear));
}

size_t
owed_count(struct db *db)
{
	return owed_of(db)->count;
}

bool
owed_settle(struct db *db)
{
	struct owed *owed = owed_of(db);
	while (owed->first != NULL) {
		const struct owed_call *call = owed->first;
		enum owed_end end = try_call(db, call->sql, &call->args);
		if (end == LATER)
			return false;
		if (end == REFUSED)
			log_line(LOG_ERROR,
			    "an account was lost, for the database refuses "
			    "it: %s",
			    db_error(db));
		drop_first(owed);
	}
	return true;
}

void
owed_free(struct owed *owed)
{
	while (owed != NULL && owed->first != NULL)
		drop_first(owed);
	free(owed);
}
