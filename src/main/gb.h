/*
 * What gemini-balance keeps, as it is found: its .env file, and the tables
 * t_settings and t_file_records of its SQLite file or of a dump of its MySQL
 * database. Nothing is judged here, and nothing of it is changed.
 */
#ifndef KEYWHEEL_MAIN_GB_H
#define KEYWHEEL_MAIN_GB_H

#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/dump.h"
#include "base/gb_kind.h"

struct json_object;

struct gb_source {
	const char *path; /* as it was given; of "-" a word for it */
	enum gb_kind kind;
	struct buf text; /* of a .env file */
	/* Of another: {DATABASE: {"settings": {NAME: {"value", "line", "bad"}},
	 * "files": [rows of t_file_records], "gone": of these so many that
	 * Google has deleted}}. DATABASE is "" where none is told; a value that
	 * is NULL or (bad) no text, and a line that is not known, are not
	 * there. */
	struct json_object *databases;
	int64_t now_s;
	bool failed; /* to keep a row, which was complained of */
};

/* Read a file, or "-": its kind is told by what it holds. False after a
 * complaint. Clear it either way. now_s: seconds since the epoch. */
MUSTCHECK bool gb_read(
    struct gb_source *source, const char *path, int64_t now_s);
void gb_clear(struct gb_source *source);

/* The tables, of all that they have the columns that are of use. */
enum { GB_SETTINGS, GB_FILES, GB__TABLES };
extern const struct dump_table gb_tables[GB__TABLES];

/* A database is there (true: it has such tables). */
void gb_begin(struct gb_source *source, const char *database);

/* Keep a row, for the reader of dumps; ctx: the source. */
bool gb_keep(void *ctx, const struct dump_row *row);

/* The same from a SQLite file; false after a complaint. head: its first bytes,
 * 100 at least. */
MUSTCHECK bool gb_sqlite_read(struct gb_source *source, const char *head);

#endif
