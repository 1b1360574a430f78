/* pool/key_text: keys in whatever people paste. */
#include "pool/key_text.h"

#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "unit.h"

/* Made-up keys of the known shapes. */
#define KEY_A "AIzaSyA0123456789abcdefghijklmnopqrs-_A"
#define KEY_B "AIzaSyB0123456789abcdefghijklmnopqrs-_B"
#define KEY_Q "AQ.Ab8RN6K0123456789abcdef_-.xyz"

/* The findings as one text: "k1:TEXT b2:TEXT " for key and bad, by line. */
static bool
collect(void *ctx, enum key_text_kind kind, const char *text, int line)
{
	buf_fmt(ctx, "%c%d:%s ", kind == KEY_TEXT_KEY ? 'k' : 'b', line, text);
	return true;
}

static void
test_surroundings(void)
{
	static const struct {
		const char *name, *text, *found;
	} rows[] = {
	    {"one key", KEY_A, "k1:" KEY_A " "},
	    {"new shape", KEY_Q, "k1:" KEY_Q " "},
	    {"lines", KEY_A "\n" KEY_B "\n", "k1:" KEY_A " k2:" KEY_B " "},
	    {"lines of Windows", KEY_A "\r\n\r\n" KEY_B "\r\n",
		"k1:" KEY_A " k3:" KEY_B " "},
	    {"lines of old Macs", KEY_A "\r" KEY_B,
		"k1:" KEY_A " k2:" KEY_B " "},
	    {"commas", KEY_A "," KEY_B ", " KEY_Q,
		"k1:" KEY_A " k1:" KEY_B " k1:" KEY_Q " "},
	    {"no separator", KEY_A KEY_B, "k1:" KEY_A " k1:" KEY_B " "},
	    {"JSON", "[\n  \"" KEY_A "\",\n  \"" KEY_Q "\"\n]\n",
		"k2:" KEY_A " k3:" KEY_Q " "},
	    {"JSON with escaped line ends", "\"" KEY_A "\\n" KEY_Q "\"",
		"k1:" KEY_A " k1:" KEY_Q " "},
	    {".env", "API_KEYS=[\"" KEY_A "\"]", "k1:" KEY_A " "},
	    {"CSV", "7;me@example.org;" KEY_A ";paid", "k1:" KEY_A " "},
	    {"prose", "My keys are " KEY_A " and " KEY_Q ".",
		"k1:" KEY_A " k1:" KEY_Q " "},
	    {"URL", "https://example.org/v1?key=" KEY_A "&alt=sse",
		"k1:" KEY_A " "},
	    {"byte order mark", "\xef\xbb\xbf" KEY_A, "k1:" KEY_A " "},
	    {"longer than a key", KEY_A "xyz", "k1:" KEY_A " "},
	    {"in a comment", "# old: " KEY_A, "k1:" KEY_A " "},
	    {"blanks around", " \t" KEY_A " \t", "k1:" KEY_A " "},
	    {"other scripts around", "\xe5\xaf\x86\xe9\x92\xa5" KEY_A,
		"k1:" KEY_A " "},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf found;
		buf_init(&found, BUF_SMALL);
		bool ok = key_text_scan(
		    rows[i].text, strlen(rows[i].text), collect, &found);
		UNIT_ROW(ok, rows[i].name);
		UNIT_ROW(
		    unit_same(buf_cstr(&found), rows[i].found), rows[i].name);
		buf_clear(&found);
	}
}

static void
test_other_lines(void)
{
	static const struct {
		const char *name, *text, *found;
	} rows[] = {
	    {"empty", "", ""},
	    {"blank lines", "\n \t\n\r\n", ""},
	    {"comment", "# a_comment_of_one_word_that_is_long", ""},
	    {"comment without blank", "#a_comment_of_one_word_that_is_long",
		""},
	    {"only brackets", "[\n],\n{}\n", ""},
	    {"unknown shape", "xyz-0123456789abcdef",
		"k1:xyz-0123456789abcdef "},
	    {"16 characters", "0123456789abcdef", "k1:0123456789abcdef "},
	    {"15 characters", "0123456789abcde", "b1:0123456789abcde "},
	    {"two words", "0123456789 0123456789", "b1:0123456789 0123456789 "},
	    {"quoted", "\"0123456789abcdef\"", "b1:\"0123456789abcdef\" "},
	    {"with a comma", "0123456789abcdef,", "b1:0123456789abcdef, "},
	    {"not ASCII", "0123456789abcd\xc3\xa9g",
		"b1:0123456789abcd\xc3\xa9g "},
	    {"too short for its shape", "key AIzaSy012", "b1:key AIzaSy012 "},
	    {"too short, dots do not count", "say AQ.0123456789..........",
		"b1:say AQ.0123456789.......... "},
	    {"in the middle of a token",
		"see xAQ.0123456789012345678901234567890 there",
		"b1:see xAQ.0123456789012345678901234567890 there "},
	    {"the line is counted", "\n\n\nwhat is this", "b4:what is this "},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf found;
		buf_init(&found, BUF_SMALL);
		bool ok = key_text_scan(
		    rows[i].text, strlen(rows[i].text), collect, &found);
		UNIT_ROW(ok, rows[i].name);
		UNIT_ROW(
		    unit_same(buf_cstr(&found), rows[i].found), rows[i].name);
		buf_clear(&found);
	}
}

/* One word of n characters, n = 512 being the last that is a key; what is
 * longer is shown shortened, and not in the middle of a character. */
static void
test_lengths(void)
{
	static const struct {
		const char *name;
		size_t n;
		const char *word;
		char kind;
		size_t shown;
	} rows[] = {
	    {"512", 512, "a", 'k', 512},
	    {"513", 513, "a", 'b', 512},
	    {"100000", 100000, "a", 'b', 512},
	    {"two-byte characters behind one byte", 600, "\xc3\xa9", 'b', 511},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf text, found;
		buf_init(&text, BUF_LARGE);
		buf_init(&found, BUF_SMALL);
		if (rows[i].word[1] != '\0')
			buf_byte(&text, 'x');
		while (text.len < rows[i].n)
			buf_str(&text, rows[i].word);
		bool ok = key_text_scan(text.data, text.len, collect, &found);
		UNIT_ROW(ok, rows[i].name);
		UNIT_ROW(buf_cstr(&found)[0] == rows[i].kind, rows[i].name);
		/* "b1:" before it and a blank behind it */
		UNIT_ROW(found.len == rows[i].shown + 4, rows[i].name);
		buf_clear(&text);
		buf_clear(&found);
	}
}

static bool
stop_at_second(void *ctx, enum key_text_kind kind, const char *text, int line)
{
	int *count = ctx;
	(void)kind, (void)text, (void)line;
	return ++*count < 2;
}

static void
test_stop(void)
{
	static const char text[] = KEY_A " " KEY_B " " KEY_A "\nbad line\n";
	int count = 0;
	CU_ASSERT_FALSE(
	    key_text_scan(text, sizeof(text) - 1, stop_at_second, &count));
	CU_ASSERT_EQUAL(count, 2);

	static const char bad[] = "no key\nno key\nno key\n";
	count = 0;
	CU_ASSERT_FALSE(
	    key_text_scan(bad, sizeof(bad) - 1, stop_at_second, &count));
	CU_ASSERT_EQUAL(count, 2);
}

static void
test_bytes(void)
{
	/* NUL and other bytes are no part of a key and stop nothing. */
	static const char text[] = "\0\xff\n" KEY_A "\0" KEY_B;
	struct buf found;
	buf_init(&found, BUF_SMALL);
	CU_ASSERT_TRUE(key_text_scan(text, sizeof(text) - 1, collect, &found));
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(buf_cstr(&found), "k2:" KEY_A " k2:" KEY_B " "));
	buf_clear(&found);
}

static CU_TestInfo tests[] = {
    {"keys in any surroundings", test_surroundings},
    {"lines without a known shape", test_other_lines},
    {"the longest word", test_lengths},
    {"the receiver may stop", test_stop},
    {"any bytes", test_bytes},
    CU_TEST_INFO_NULL,
};

struct unit_suite key_text_suite = {"pool/key_text", tests};
