/* Tests of base/dump: rows out of MySQL dumps. */
#include "base/dump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

extern struct unit_suite dump_suite;

static const struct dump_table tables[] = {
    {"t_settings", {"key", "value"}},
    {"t_file_records", {"name", "size_bytes"}},
};

/* Each row becomes "database.table:line=value|value;", NULL a tilde. */
static bool
note(void *ctx, const struct dump_row *row)
{
	struct buf *seen = ctx;
	buf_fmt(seen, "%s%s%s:%d=", row->database, *row->database ? "." : "",
	    row->table == 0 ? "s" : "f", row->line);
	for (size_t i = 0; i < 2; i++) {
		if (row->values[i].text == NULL)
			buf_byte(seen, '~');
		else
			buf_add(seen, row->values[i].text, row->values[i].len);
		buf_byte(seen, i == 0 ? '|' : ';');
	}
	return true;
}

/* In pieces of so many bytes. */
static bool
read(const char *text, size_t piece, struct buf *seen, struct buf *why)
{
	struct dump d;
	size_t len = strlen(text);
	bool ok = true;
	dump_init(&d, tables, COUNT_OF(tables), note, seen);
	for (size_t i = 0; ok && i < len; i += piece)
		ok = dump_feed(&d, text + i, len - i < piece ? len - i : piece);
	ok = ok && dump_end(&d);
	buf_join(why, &d.why);
	dump_clear(&d);
	return ok;
}

struct row {
	const char *row, *text;
	const char *seen;
	const char *why; /* NULL if all is well */
};

static void
check_rows(const struct row *rows, size_t count)
{
	static const size_t pieces[] = {1, 2, 7, 100000};
	for (size_t i = 0; i < count * COUNT_OF(pieces); i++) {
		const struct row *r = &rows[i / COUNT_OF(pieces)];
		struct buf seen, why;
		buf_init(&seen, BUF_SMALL);
		buf_init(&why, BUF_SMALL);
		bool ok =
		    read(r->text, pieces[i % COUNT_OF(pieces)], &seen, &why);
		UNIT_ROW(ok == (r->why == NULL), r->row);
		UNIT_ROW(unit_same(buf_cstr(&seen), r->seen), r->row);
		UNIT_ROW(
		    unit_same(buf_cstr(&why), r->why ? r->why : ""), r->row);
		buf_clear(&why);
		buf_clear(&seen);
	}
}

#define CREATE                                                         \
	"CREATE TABLE `t_settings` (\n"                                \
	"  `id` int NOT NULL AUTO_INCREMENT,\n"                        \
	"  `key` varchar(100) NOT NULL COMMENT 'the name, (of it)',\n" \
	"  `value` text,\n"                                            \
	"  `at` datetime DEFAULT NULL,\n"                              \
	"  PRIMARY KEY (`id`),\n"                                      \
	"  UNIQUE KEY `key` (`key`)\n"                                 \
	") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n"
#define INTO "INSERT INTO t_settings (`key`, value) VALUES "

static void
test_forms(void)
{
	static const struct row rows[] = {
	    {"nothing", "", "", NULL},
	    {"columns of the statement", INTO "('A','b');", "s:1=A|b;", NULL},
	    {"columns of the table",
		CREATE "INSERT INTO `t_settings` VALUES (1,'A','b',NULL);",
		"s:9=A|b;", NULL},
	    {"several rows, on lines of their own",
		CREATE "INSERT INTO `t_settings` VALUES\n(1,'A','b',NULL),\r\n"
		       "(2,'C',NULL,'2026-01-01 00:00:00');",
		"s:10=A|b;s:11=C|~;", NULL},
	    {"columns in another order",
		"INSERT INTO `t_settings` (`value`,"
		"`id`,`key`) VALUES ('b',7,'A');",
		"s:1=A|b;", NULL},
	    {"REPLACE, IGNORE, small letters",
		"replace into t_settings (`KEY`,value) value ('A','b');"
		"insert ignore into t_settings (`key`) values ('C');",
		"s:1=A|b;s:1=C|~;", NULL},
	    {"what is behind the rows",
		INTO "('A','b') ON DUPLICATE KEY UPDATE value=VALUES(value);",
		"s:1=A|b;", NULL},
	    {"names in double quotes",
		"INSERT INTO \"t_settings\" (\"key\",\"value\") "
		"VALUES ('A',\"b\");",
		"s:1=A|b;", NULL},
	    {"two tables",
		"INSERT INTO t_file_records (name,size_bytes) VALUES"
		"('files/x',12),('files/y',-1.5e+3);" INTO "('A','b');",
		"f:1=files/x|12;f:1=files/y|-1.5e+3;s:1=A|b;", NULL},
	    {"which database",
		"CREATE DATABASE /*!32312 IF NOT EXISTS*/ `gb`;USE `gb`;" INTO
		"('A','b');"
		"INSERT INTO other.t_settings (`key`) VALUES ('C');" INTO
		"('D','e');",
		"gb.s:1=A|b;other.s:1=C|~;gb.s:1=D|e;", NULL},
	};
	check_rows(rows, COUNT_OF(rows));
}

static void
test_literals(void)
{
	static const struct row rows[] = {
	    {"quotes", INTO "('it''s','a \\'b\\' \\\"c\\\" \"d\"');",
		"s:1=it's|a 'b' \"c\" \"d\";", NULL},
	    {"escapes", INTO "('A','\\n\\t\\\\ \\% \\_ \\q');",
		"s:1=A|\n\t\\ \\% \\_ q;", NULL},
	    {"signs inside", INTO "('A),(\\'x','b;--c /*d');",
		"s:1=A),('x|b;--c /*d;", NULL},
	    {"hex", INTO "(0x41,x'62'),(X'',0X4a);", "s:1=A|b;s:1=|J;", NULL},
	    {"introducers",
		INTO "(_binary 'A',_utf8mb4'b'),(_binary 0x41,n'b');",
		"s:1=A|b;s:1=A|b;", NULL},
	    {"beside each other", INTO "('A' 'B','b'\n\"c\");", "s:1=AB|bc;",
		NULL},
	    {"empty is not NULL", INTO "('',''),(NULL,null);", "s:1=|;s:1=~|~;",
		NULL},
	    {"numbers and truth", INTO "(12,-0.5),(true,FALSE);",
		"s:1=12|-0.5;s:1=1|0;", NULL},
	    {"no ASCII", INTO "('A','\xe5\xaf\x86\xe9\x92\xa5');",
		"s:1=A|\xe5\xaf\x86\xe9\x92\xa5;", NULL},
	    {"what is not wanted may be anything",
		"INSERT INTO t_settings (x,`key`) VALUES "
		"(cast('(' as json),'A'),(now(),'B'),(1+(2,3),'C');",
		"s:1=A|~;s:1=B|~;s:1=C|~;", NULL},
	};
	check_rows(rows, COUNT_OF(rows));
}

static void
test_passed_over(void)
{
	static const struct row rows[] = {
	    {"comments",
		"-- " INTO "('A','b');\n# " INTO "('A','b');\n"
		"/* " INTO "('A','b'); */ /*! " INTO "('A','b') */;"
		"/***/ /*/ */" INTO "('C','d');",
		"s:3=C|d;", NULL},
	    {"statements in strings of others",
		"INSERT INTO t_error_logs VALUES (1,'\\'" INTO "(\\'A\\',1);',"
		"\"" INTO "('A','b');\");" INTO "('C','d');",
		"s:1=C|d;", NULL},
	    {"statements in backquotes", "ALTER TABLE `" INTO "('A','b');`;",
		"", NULL},
	    {"routines",
		"DELIMITER ;;\nCREATE TRIGGER x BEGIN\n" INTO
		"('A','b');\nEND ;;\ndelimiter ;\n" INTO "('C','d');",
		"s:6=C|d;", NULL},
	    {"tables alike",
		"INSERT INTO xt_settings VALUES (1);"
		"INSERT INTO t_settings.x VALUES ('A','b');",
		"", NULL},
	    {"other statements",
		"/*!40101 SET NAMES utf8mb4 */;\nSET @a = 1;\n"
		"DROP TABLE IF EXISTS `t_settings`;\nLOCK TABLES `t_settings` "
		"WRITE;\n/*!40000 ALTER TABLE x DISABLE KEYS */;\nCOMMIT;",
		"", NULL},
	};
	check_rows(rows, COUNT_OF(rows));
}

static void
test_refused(void)
{
	static const struct row rows[] = {
	    {"no columns", "\nINSERT INTO t_settings VALUES (1,'A','b');", "",
		"line 2: there is no CREATE TABLE t_settings before this "
		"INSERT, which does not name its columns"},
	    {"too few values", INTO "('A','b'),('C');", "s:1=A|b;",
		"line 1: a row of t_settings has 1 values for 2 columns"},
	    {"too many values", INTO "('A','b',\n1);", "",
		"line 2: a row of t_settings has 3 values for 2 columns"},
	    {"no literal", INTO "('A',concat('b'));", "",
		"line 1: the value of value in a row of t_settings cannot be "
		"read"},
	    {"no hex", INTO "('A',0x414);", "",
		"line 1: the value of value in a row of t_settings cannot be "
		"read"},
	    {"no rows", "INSERT INTO t_settings SELECT 1;", "",
		"line 1: there is no CREATE TABLE t_settings before this "
		"INSERT, which does not name its columns"},
	    {"no VALUES", "INSERT INTO t_settings (`key`) SELECT 1;", "",
		"line 1: an INSERT into t_settings that has no VALUES cannot "
		"be read"},
	    {"a row without its end", INTO "('A',1;", "",
		"line 1: a statement ends within a row"},
	    {"ends in a string", INTO "('A','b", "",
		"line 1: the file ends in the middle of a statement"},
	    {"ends in a statement", INTO "('A','b')\n", "s:1=A|b;",
		"line 2: the file ends in the middle of a statement"},
	    {"ends too early",
		"-- MySQL dump 10.13  Distrib 8.0.36\n" INTO "('A','b');\n",
		"s:2=A|b;",
		"line 3: the file is cut off: the last line, `-- Dump "
		"completed`, is not there"},
	    {"ends as it should",
		"-- MariaDB dump 10.19\n" INTO
		"('A','b');\n-- Dump completed on 2026",
		"s:2=A|b;", NULL},
	};
	check_rows(rows, COUNT_OF(rows));
}

static bool
refuse(void *ctx, const struct dump_row *row)
{
	(void)row;
	*(int *)ctx += 1;
	return false;
}

static void
test_callback_refuses(void)
{
	static const char text[] = INTO "('A','b'),('C','d');";
	struct dump d;
	int calls = 0;
	dump_init(&d, tables, COUNT_OF(tables), refuse, &calls);
	CU_ASSERT_FALSE(dump_feed(&d, text, strlen(text)));
	CU_ASSERT_EQUAL(calls, 1);
	CU_ASSERT_EQUAL(d.why.len, 0);
	dump_clear(&d);
}

/* Of what nobody wants nothing is kept, however long. */
static void
test_memory(void)
{
	static const char begin[] = "INSERT INTO t_error_logs VALUES (1,'";
	char piece[4096];
	struct dump d;
	struct buf seen;
	buf_init(&seen, BUF_SMALL);
	memset(piece, 'x', sizeof(piece));
	dump_init(&d, tables, COUNT_OF(tables), note, &seen);
	CU_ASSERT(dump_feed(&d, begin, strlen(begin)));
	for (int i = 0; i < 2048; i++)
		CU_ASSERT(dump_feed(&d, piece, sizeof(piece)));
	CU_ASSERT(d.lexer.text.cap <= BUF_SMALL);
	static const char end[] = "');" INTO "('A','b');";
	CU_ASSERT(dump_feed(&d, end, strlen(end)) && dump_end(&d));
	CU_ASSERT_STRING_EQUAL(buf_cstr(&seen), "s:1=A|b;");
	dump_clear(&d);
	buf_clear(&seen);
}

/* A value that is far too long for a setting. */
static void
test_long_value(void)
{
	static const char begin[] = INTO "('A','";
	char piece[65536];
	struct dump d;
	bool ok = true;
	memset(piece, 'x', sizeof(piece));
	dump_init(&d, tables, COUNT_OF(tables), note, NULL);
	CU_ASSERT(dump_feed(&d, begin, strlen(begin)));
	for (int i = 0; ok && i < 257; i++)
		ok = dump_feed(&d, piece, sizeof(piece));
	CU_ASSERT_FALSE(ok && dump_feed(&d, "');", 3));
	CU_ASSERT_STRING_EQUAL(buf_cstr(&d.why),
	    "line 1: a value of t_settings is longer than 16 MB");
	dump_clear(&d);
}

static CU_TestInfo tests[] = {
    {"reads every form of INSERT", test_forms},
    {"reads every form of value", test_literals},
    {"passes over what is not a row of ours", test_passed_over},
    {"refuses what is no whole dump", test_refused},
    {"stops when the caller refuses", test_callback_refuses},
    {"keeps nothing of other tables", test_memory},
    {"has a longest value", test_long_value},
    CU_TEST_INFO_NULL,
};

struct unit_suite dump_suite = {"base/dump", tests};
