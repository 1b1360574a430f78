/* Tests of base/dotenv. */
#include "base/dotenv.h"

#include <string.h>

#include "unit.h"

extern struct unit_suite dotenv_suite;

/* Each assignment becomes "line:name=value;". */
static bool
note(void *ctx, const char *name, const char *value, int line)
{
	buf_fmt(ctx, "%d:%s=%s;", line, name, value);
	return true;
}

struct row {
	const char *row, *text;
	const char *seen;
	const char *why; /* NULL if the file is legal */
};

static void
check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct buf seen, why;
		buf_init(&seen, BUF_SMALL);
		buf_init(&why, BUF_SMALL);
		bool ok = dotenv_parse(
		    rows[i].text, strlen(rows[i].text), note, &seen, &why);
		UNIT_ROW(ok == (rows[i].why == NULL), rows[i].row);
		UNIT_ROW(unit_same(buf_cstr(&seen), rows[i].seen), rows[i].row);
		UNIT_ROW(unit_same(buf_cstr(&why),
			     rows[i].why == NULL ? "" : rows[i].why),
		    rows[i].row);
		buf_clear(&why);
		buf_clear(&seen);
	}
}

static void
test_plain(void)
{
	static const struct row rows[] = {
	    {"empty file", "", "", NULL},
	    {"blank lines", "\n \t\r\n\n", "", NULL},
	    {"comment at the end", "# only this", "", NULL},
	    {"one", "A=b\n", "1:A=b;", NULL},
	    {"no newline at the end", "A=b", "1:A=b;", NULL},
	    {"in order, twice", "A=1\nB=2\nA=3\n", "1:A=1;2:B=2;3:A=3;", NULL},
	    {"CR LF", "A=b\r\n\r\nC=d\r\n", "1:A=b;3:C=d;", NULL},
	    {"CR", "A=b\rC=d\r", "1:A=b;2:C=d;", NULL},
	    {"byte order mark",
		"\xef\xbb\xbf"
		"A=b\n",
		"1:A=b;", NULL},
	    {"mark before a comment", "\xef\xbb\xbf# c\nA=b", "2:A=b;", NULL},
	    {"blanks", "  A =  b c  \n", "1:A=b c;", NULL},
	    {"export", "export A=b\nexport\tB=c", "1:A=b;2:B=c;", NULL},
	    {"export as a name", "export=b\nexported=c",
		"1:export=b;2:exported=c;", NULL},
	    {"empty value", "A=\nB= \nC=", "1:A=;2:B=;3:C=;", NULL},
	    {"equal signs", "A=b=c==", "1:A=b=c==;", NULL},
	    {"comment behind", "A=b # c\nB=c\t#d", "1:A=b;2:B=c;", NULL},
	    {"# within", "A=b#c\nB=#c", "1:A=b#c;2:B=#c;", NULL},
	    {"# as the first thing", "A= #c", "1:A=#c;", NULL},
	    {"quotes within", "A=b\"c'd", "1:A=b\"c'd;", NULL},
	    {"variables stay", "A=${B}$C", "1:A=${B}$C;", NULL},
	    {"backslash stays", "A=b\\nc\\", "1:A=b\\nc\\;", NULL},
	    {"name in quotes", "'A b'=c", "1:A b=c;", NULL},
	};
	check_rows(rows, COUNT_OF(rows));
}

static void
test_quoted(void)
{
	static const struct row rows[] = {
	    {"single", "A='b c' # d", "1:A=b c;", NULL},
	    {"double", "A=\"b # c\"#d\n", "1:A=b # c;", NULL},
	    {"empty", "A=''\nB=\"\"", "1:A=;2:B=;", NULL},
	    {"literal", "A='\\n$x\"'", "1:A=\\n$x\";", NULL},
	    {"single, escapes", "A='it\\'s \\\\'", "1:A=it's \\;", NULL},
	    {"double, escapes", "A=\"\\\"\\n\\t\\\\\\x\\'\"",
		"1:A=\"\n\t\\\\x';", NULL},
	    {"several lines", "A=\"b\nc\r\nd\"\nB=e", "1:A=b\nc\r\nd;4:B=e;",
		NULL},
	    {"JSON", "A='[\"b\", \"c\"]'", "1:A=[\"b\", \"c\"];", NULL},
	    {"escaped JSON", "A=\"[\\\"b\\\"]\"", "1:A=[\"b\"];", NULL},
	};
	check_rows(rows, COUNT_OF(rows));
}

static void
test_malformed(void)
{
	static const struct row rows[] = {
	    {"no =", "A=1\n\nfoo\nB=2", "1:A=1;",
		"line 3: it has no = behind a name"},
	    {"only export", "export A", "",
		"line 1: it has no = behind a name"},
	    {"two names", "A B=c", "", "line 1: it has no = behind a name"},
	    {"no name", "=b", "", "line 1: there is no name before the ="},
	    {"empty quoted name", "''=b", "",
		"line 1: there is no name before the ="},
	    {"open name", "'A=b\n'", "", "line 1: a quote is not closed"},
	    {"open quote", "# c\nA='b\nC=d\n", "",
		"line 2: a quote is not closed"},
	    {"escaped end", "A=\"b\\\"", "", "line 1: a quote is not closed"},
	    {"text behind", "A='b'c\n", "",
		"line 1: there is text behind the closing quote"},
	    {"no UTF-8", "A=\xff\n", "", "line 1: it is not valid UTF-8"},
	    {"no UTF-8 in a comment", "# \xff\nA=b", "2:A=b;", NULL},
	};
	check_rows(rows, COUNT_OF(rows));

	struct buf seen, why;
	buf_init(&seen, BUF_SMALL);
	buf_init(&why, BUF_SMALL);
	CU_ASSERT(!dotenv_parse("A=b\nC=d\0e", 9, note, &seen, &why));
	CU_ASSERT_STRING_EQUAL(buf_cstr(&why), "line 2: it holds a NUL byte");
	buf_clear(&why);
	buf_clear(&seen);
}

/* Refuses the second assignment. */
static bool
refuse_second(void *ctx, const char *name, const char *value, int line)
{
	(void)name, (void)value;
	int *calls = ctx;
	(*calls)++;
	return line < 2;
}

static void
test_callback_refuses(void)
{
	struct buf why;
	buf_init(&why, BUF_SMALL);
	int calls = 0;
	CU_ASSERT(
	    !dotenv_parse("A=1\nB=2\nC=3", 11, refuse_second, &calls, &why));
	CU_ASSERT_EQUAL(calls, 2);
	CU_ASSERT_EQUAL(why.len, 0);
	buf_clear(&why);
}

static void
test_whole_file(void)
{
	/* The shape of the file that people bring. */
	static const struct row rows[] = {{"gemini-balance",
	    "\xef\xbb\xbf# \xe6\x95\xb0\xe6\x8d\xae\r\n"
	    "DATABASE_TYPE=mysql\r\n"
	    "#SQLITE_DATABASE=default_db\r\n"
	    "MYSQL_PASSWORD=change#me\r\n"
	    "API_KEYS=[\"AIzaSyA\",\"AIzaSyB\"]\r\n"
	    "ALLOWED_TOKENS=[\"sk-1\"] # mine\r\n"
	    "AUTH_TOKEN='sk-1'\r\n"
	    "THINKING_BUDGET_MAP={\"gemini-2.5-flash\": -1}\r\n"
	    "\r\n"
	    "SAFETY_SETTINGS=[{\"category\": \"C\", \"threshold\": \"OFF\"}]",
	    "2:DATABASE_TYPE=mysql;"
	    "4:MYSQL_PASSWORD=change#me;"
	    "5:API_KEYS=[\"AIzaSyA\",\"AIzaSyB\"];"
	    "6:ALLOWED_TOKENS=[\"sk-1\"];"
	    "7:AUTH_TOKEN=sk-1;"
	    "8:THINKING_BUDGET_MAP={\"gemini-2.5-flash\": -1};"
	    "10:SAFETY_SETTINGS=[{\"category\": \"C\", \"threshold\": "
	    "\"OFF\"}];",
	    NULL}};
	check_rows(rows, COUNT_OF(rows));

	/* Thousands of keys on one line. */
	struct buf text, seen, why;
	buf_init(&text, BUF_LARGE);
	buf_init(&seen, BUF_LARGE);
	buf_init(&why, BUF_SMALL);
	buf_str(&text, "API_KEYS=[");
	for (int i = 0; i < 10000; i++)
		buf_fmt(&text, "\"AIzaSy%033d\",", i);
	buf_str(&text, "\"x\"]\nB=c\n");
	CU_ASSERT(dotenv_parse(text.data, text.len, note, &seen, &why));
	CU_ASSERT_EQUAL(seen.len, text.len + strlen("1:;2:;") - 2);
	buf_clear(&why);
	buf_clear(&seen);
	buf_clear(&text);
}

static bool
is_same(void *ctx, const char *name, const char *value, int line)
{
	CU_ASSERT_STRING_EQUAL(name, "NAME");
	CU_ASSERT_STRING_EQUAL(value, (const char *)ctx);
	CU_ASSERT_EQUAL(line, 1);
	return true;
}

static void
test_write(void)
{
	static const char *const values[] = {"", "plain", "a b", " a", "#x",
	    "it's", "\\", "\\'", "a\\nb", "\"q\"", "{\"a\": [1]}", "$HOME",
	    "two\nlines", "\xc3\xa9", "a # b", "`id`", "="};
	struct buf text, why;
	buf_init(&text, BUF_SMALL);
	buf_init(&why, BUF_SMALL);
	for (size_t i = 0; i < COUNT_OF(values); i++) {
		char value[32];
		snprintf(value, sizeof(value), "%s", values[i]);
		buf_reset(&text);
		dotenv_write(&text, "NAME", value);
		CU_ASSERT(dotenv_parse(
		    buf_cstr(&text), text.len, is_same, value, &why));
		CU_ASSERT_EQUAL(text.data[text.len - 1], '\n');
	}
	buf_clear(&why);
	buf_clear(&text);
}

static CU_TestInfo tests[] = {
    {"reads plain values", test_plain},
    {"reads quoted values", test_quoted},
    {"refuses what is malformed", test_malformed},
    {"stops when the caller refuses", test_callback_refuses},
    {"reads the file that people bring", test_whole_file},
    {"reads what it has written", test_write},
    CU_TEST_INFO_NULL,
};

struct unit_suite dotenv_suite = {"base/dotenv", tests};
