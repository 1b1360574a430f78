/*
 * Rows out of a MySQL dump: those of the tables that are asked for, by the
 * INSERT statements that it has for them. Nothing is run, and all else is
 * passed over in constant memory. What values stand for which columns says the
 * INSERT itself, or the table's CREATE TABLE before it.
 */
#ifndef KEYWHEEL_BASE_DUMP_H
#define KEYWHEEL_BASE_DUMP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/dump_token.h"

/* A table has no more columns than that, and its longest value so many bytes;
 * a dump that says otherwise is refused. */
#define DUMP_MAX_COLUMNS 64
#define DUMP_MAX_VALUE ((size_t)16 * 1024 * 1024)

/* What is looked for: as many columns as are to be had. */
struct dump_table {
	const char *name;
	const char *columns[DUMP_MAX_COLUMNS]; /* up to NULL */
};

struct dump_value {
	const char *text; /* NULL: NULL, or there is no such column */
	size_t len;
};

/* Valid during the call. */
struct dump_row {
	size_t table;                    /* its number */
	const char *database;            /* "": the dump does not say */
	int line;                        /* that the row begins on */
	const struct dump_value *values; /* as the table's columns */
};

/* False stops. */
typedef bool dump_fn(void *ctx, const struct dump_row *row);

struct dump;
typedef void dump_step_fn(struct dump *d, const struct dump_token *t);

/* The columns of a statement: which of those that are looked for each is, or
 * -1. */
struct dump_columns {
	int wanted[DUMP_MAX_COLUMNS];
	size_t n;
};

struct dump {
	const struct dump_table *tables;
	size_t n_tables;
	dump_fn *fn;
	void *ctx;
	struct dump_lexer lexer;
	struct buf why; /* what is wrong with it; "": nothing */

	struct buf database;           /* that USE has named */
	struct dump_columns *declared; /* by CREATE TABLE, one for each table */
	bool headed, whole; /* it has a first line of its own; and the last */
	bool stopped;       /* by fn */

	/* The statement. */
	dump_step_fn *step;
	struct buf name, owner; /* of its table, and of the database before */
	size_t table;
	bool declares;
	struct dump_columns columns;
	int depth; /* of parentheses */

	/* The row. */
	int line;
	size_t column;
	char prefix;                       /* of a literal: x'…' */
	struct buf text[DUMP_MAX_COLUMNS]; /* as the table's columns */
	struct dump_value value[DUMP_MAX_COLUMNS];
};

/* The tables are borrowed. */
void dump_init(struct dump *d, const struct dump_table *tables, size_t n,
    dump_fn *fn, void *ctx);
void dump_clear(struct dump *d);

/* The next piece. False: why says what is wrong, or fn has stopped it. */
MUSTCHECK bool dump_feed(struct dump *d, const char *bytes, size_t len);

/* The end of it: a dump that is not whole is none. */
MUSTCHECK bool dump_end(struct dump *d);

#endif
