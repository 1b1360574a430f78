/* Tests of base/gb_kind: what a file is, by what it holds. */
#include "base/gb_kind.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "unit.h"

extern struct unit_suite gb_kind_suite;

#define ROW(kind, text)                      \
	{                                    \
		kind, sizeof(text) - 1, text \
	}

static void
test_kinds(void)
{
	static const struct {
		enum gb_kind kind;
		size_t len;
		const char *text;
	} rows[] = {
	    ROW(GB_EMPTY, ""),
	    ROW(GB_ENV, "A=b"),
	    ROW(GB_ENV, "# SET x\n\n  export API_KEYS = [\"a\"]\n"),
	    ROW(GB_ENV,
		"\xef\xbb\xbf"
		"A=b"),
	    ROW(GB_ENV, "# nothing\r\n#\r\n"),
	    ROW(GB_ENV, "USE=x\nSET x"),
	    ROW(GB_DUMP, "-- MySQL dump 10.13\n"),
	    ROW(GB_DUMP, "\xef\xbb\xbf/*!999999\\- enable the sandbox mode */"),
	    ROW(GB_DUMP, "\r\n\r\n-- phpMyAdmin SQL Dump"),
	    ROW(GB_DUMP, "# remark\nset NAMES utf8;"),
	    ROW(GB_DUMP, "INSERT INTO `t_settings` VALUES"),
	    ROW(GB_SQLITE, "SQLite format 3\0\x10\0"),
	    ROW(GB_UNKNOWN, "SQLite format 4\0"),
	    ROW(GB_SQLITE_TEXT, "PRAGMA foreign_keys=OFF;\n"),
	    ROW(GB_PACKED, "\x1f\x8b\x08"),
	    ROW(GB_PACKED, "PK\x03\x04..."),
	    ROW(GB_UTF16, "\xff\xfe-\0-\0"),
	    ROW(GB_UNKNOWN, "hello world\n"),
	    ROW(GB_UNKNOWN, "{\"API_KEYS\": []}"),
	    ROW(GB_UNKNOWN, "exporting A=b"),
	    ROW(GB_UNKNOWN, "<?xml version=\"1.0\"?>"),
	    ROW(GB_UNKNOWN, "\x7f\x45LF\0\0"),
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		/* Of its own size, so that a read past it is seen. */
		char *copy = malloc(rows[i].len + 1);
		if (copy == NULL)
			abort();
		memcpy(copy, rows[i].text, rows[i].len);
		char *exact = realloc(copy, rows[i].len == 0 ? 1 : rows[i].len);
		UNIT_ROW(gb_kind_of(exact, rows[i].len) == rows[i].kind,
		    rows[i].text);
		free(exact);
	}
}

static CU_TestInfo tests[] = {
    {"tells what a file is", test_kinds},
    CU_TEST_INFO_NULL,
};

struct unit_suite gb_kind_suite = {"base/gb_kind", tests};
