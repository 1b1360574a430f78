/* pool/key_text: keys in whatever people paste. */
#include "pool/key_text.h"

#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/pattern.h"
#include "base/setting.h"
#include "unit.h"

/* Made-up keys of the known shapes. */
#define KEY_A "AIzaSyA0123456789abcdefghijklmnopqrs-_A"
#define KEY_B "AIzaSyB0123456789abcdefghijklmnopqrs-_B"
#define KEY_Q "AQ.Ab8RN6K0123456789abcdef_-.xyz"

/* The findings as one text: "k1:TEXT b2:TEXT " for key and bad, by line; o for
 * a key of another shape; behind a key its attributes. */
static bool
collect(void *ctx, const struct key_finding *f)
{
	buf_fmt(ctx, "%c%d:%s ",
	    f->why != NULL       ? 'b'
		: f->other_shape ? 'o'
				 : 'k',
	    f->line, f->text);
	for (int i = 0; f->why == NULL && i < KEY__ATTRIBUTES; i++)
		if (f->attribute[i] != NULL)
			buf_fmt(ctx, "%s=%s ",
			    key_attribute_name((enum key_attribute)i),
			    f->attribute[i]);
	return true;
}

/* Why the first of them is bad. */
static bool
collect_why(void *ctx, const struct key_finding *f)
{
	if (f->why != NULL)
		buf_fmt(ctx, "%s%s%s", f->about ? f->about : "",
		    f->about ? " " : "", f->why);
	return f->why == NULL;
}

/* With the pattern that is the default. */
static bool
scan(const char *text, size_t len, key_text_fn *fn, void *ctx)
{
	struct buf why;
	buf_init(&why, BUF_SMALL);
	struct pattern *p =
	    pattern_new(setting_def(SETTING_ID_KEY_PATTERN)->fallback, &why);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	bool ok = key_text_scan(p, text, len, fn, ctx);
	pattern_free(p);
	buf_clear(&why);
	return ok;
}

struct row {
	const char *name, *text, *found;
};

static void
check_rows(const struct row *rows, size_t n, key_text_fn *fn)
{
	for (size_t i = 0; i < n; i++) {
		struct buf found;
		buf_init(&found, BUF_SMALL);
		bool ok = scan(rows[i].text, strlen(rows[i].text), fn, &found);
		UNIT_ROW(ok || fn == collect_why, rows[i].name);
		UNIT_ROW(
		    unit_same(buf_cstr(&found), rows[i].found), rows[i].name);
		buf_clear(&found);
	}
}

static void
test_surroundings(void)
{
	static const struct row rows[] = {
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
	    {"longer than a key", KEY_A "xyz", "o1:" KEY_A "xyz "},
	    {"longer, in a list", "  \"" KEY_A "-z\",", "o1:" KEY_A "-z "},
	    {"longer, in prose", "old: " KEY_A "xyz", "k1:" KEY_A " "},
	    {"in another word", "my" KEY_A, "k1:" KEY_A " "},
	    {"a token with a point",
		"eyJhbGciOiJIUzI1NiAQ.eyJzdWIiOiIxMjM0NTY3ODkwIn0 is none",
		"b1:eyJhbGciOiJIUzI1NiAQ.eyJzdWIiOiIxMjM0NTY3ODkwIn0 is none "},
	    {"in a comment", "# old: " KEY_A, "k1:" KEY_A " "},
	    {"blanks around", " \t" KEY_A " \t", "k1:" KEY_A " "},
	    {"other scripts around", "\xe5\xaf\x86\xe9\x92\xa5" KEY_A,
		"k1:" KEY_A " "},
	};
	check_rows(rows, COUNT_OF(rows), collect);
}

static void
test_other_lines(void)
{
	static const struct row rows[] = {
	    {"empty", "", ""},
	    {"blank lines", "\n \t\n\r\n", ""},
	    {"comment", "# a_comment_of_one_word_that_is_long", ""},
	    {"comment without blank", "#a_comment_of_one_word_that_is_long",
		""},
	    {"only brackets", "[\n],\n{}\n", ""},
	    {"unknown shape", "xyz-0123456789abcdef",
		"o1:xyz-0123456789abcdef "},
	    {"unknown shape, any characters",
		"xyz/+!0123456789ab==", "o1:xyz/+!0123456789ab== "},
	    {"16 characters", "0123456789abcdef", "o1:0123456789abcdef "},
	    {"15 characters", "0123456789abcde", "b1:0123456789abcde "},
	    {"two words", "0123456789 0123456789", "b1:0123456789 0123456789 "},
	    {"quoted", "\"0123456789abcdef\"", "o1:0123456789abcdef "},
	    {"of a list", "  '0123456789abcdef',", "o1:0123456789abcdef "},
	    {"with a comma", "0123456789abcdef,", "o1:0123456789abcdef "},
	    {"with a comma inside", "0123456789,abcdef",
		"b1:0123456789,abcdef "},
	    {"a quote on one side", "\"0123456789abcdef",
		"b1:\"0123456789abcdef "},
	    {"a URL", "https://example.org/keys",
		"b1:https://example.org/keys "},
	    {"an assignment", "MY_KEY=0123456789abcdef",
		"b1:MY_KEY=0123456789abcdef "},
	    {"not ASCII", "0123456789abcd\xc3\xa9g",
		"b1:0123456789abcd\xc3\xa9g "},
	    {"too short for its shape", "key AIzaSy012", "b1:key AIzaSy012 "},
	    {"dots alone do not make it long", "say AQ.0123456789..........",
		"b1:say AQ.0123456789.......... "},
	    {"in the middle of a token",
		"see xAQ.0123456789012345678901234567890 there",
		"b1:see xAQ.0123456789012345678901234567890 there "},
	    {"the line is counted", "\n\n\nwhat is this", "b4:what is this "},
	};
	check_rows(rows, COUNT_OF(rows), collect);
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
	    {"512", 512, "a", 'o', 512},
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
		bool ok = scan(text.data, text.len, collect, &found);
		UNIT_ROW(ok, rows[i].name);
		UNIT_ROW(buf_cstr(&found)[0] == rows[i].kind, rows[i].name);
		/* "b1:" before it and a blank behind it */
		UNIT_ROW(found.len == rows[i].shown + 4, rows[i].name);
		buf_clear(&text);
		buf_clear(&found);
	}
}

static bool
stop_at_second(void *ctx, const struct key_finding *found)
{
	int *count = ctx;
	(void)found;
	return ++*count < 2;
}

static void
test_stop(void)
{
	static const char text[] = KEY_A " " KEY_B " " KEY_A "\nbad line\n";
	int count = 0;
	CU_ASSERT_FALSE(scan(text, sizeof(text) - 1, stop_at_second, &count));
	CU_ASSERT_EQUAL(count, 2);

	static const char bad[] = "no key\nno key\nno key\n";
	count = 0;
	CU_ASSERT_FALSE(scan(bad, sizeof(bad) - 1, stop_at_second, &count));
	CU_ASSERT_EQUAL(count, 2);
}

static void
test_bytes(void)
{
	/* NUL and other bytes are no part of a key and stop nothing. */
	static const char text[] = "\0\xff\n" KEY_A "\0" KEY_B;
	struct buf found;
	buf_init(&found, BUF_SMALL);
	CU_ASSERT_TRUE(scan(text, sizeof(text) - 1, collect, &found));
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(buf_cstr(&found), "k2:" KEY_A " k2:" KEY_B " "));
	buf_clear(&found);
}

/* What a table says of its keys. */
static void
test_attributes(void)
{
	static const struct row rows[] = {
	    {"all of them",
		KEY_A " project=p-1 pool=PAID weight=7 models=a,b* reserve "
		      "note=mine",
		"k1:" KEY_A
		" project=p-1 pool=paid weight=7 models=a,b* reserve=on "
		"note=mine "},
	    {"tabs: blanks are part of a value",
		KEY_A "\tnote=of Anna, old \tproject=7\t",
		"k1:" KEY_A " project=7 note=of Anna, old "},
	    {"blanks: only in quotes", KEY_A " note=\"of Anna\" weight=2",
		"k1:" KEY_A " weight=2 note=of Anna "},
	    {"commas", KEY_A ",project=p,models=a,b,weight=3",
		"k1:" KEY_A " project=p weight=3 models=a,b "},
	    {"reserve in front of a comma", KEY_A ",models=a,reserve,weight=3",
		"k1:" KEY_A " weight=3 models=a reserve=on "},
	    {"reserve as a value", KEY_A " reserve=No",
		"k1:" KEY_A " reserve=off "},
	    {"reserved is another word", KEY_A " reserved", "k1:" KEY_A " "},
	    {"all models", KEY_A " models=*", "k1:" KEY_A " models= "},
	    {"names as Google writes them",
		KEY_A " models=models/gemini-2.5-pro project=projects/12",
		"k1:" KEY_A " project=12 models=gemini-2.5-pro "},
	    {"each key has its own", KEY_A " weight=2 " KEY_B " weight=3",
		"k1:" KEY_A " weight=2 k1:" KEY_B " weight=3 "},
	    {"a word alone", "xyz-0123456789abcdef\tproject=p",
		"o1:xyz-0123456789abcdef project=p "},
	    {"the last counts", KEY_A " weight=2 weight=3",
		"k1:" KEY_A " weight=3 "},
	    {"other words are let be", KEY_A " Anna <a@example.org> weight=2",
		"k1:" KEY_A " weight=2 "},
	    {"of another name, in prose", "key " KEY_A " for user=anna",
		"k1:" KEY_A " "},
	    {"in a URL", "https://example.org/?key=" KEY_A "&project=x",
		"k1:" KEY_A " "},
	};
	static const struct row bad[] = {
	    {"weight", KEY_A " weight=0",
		"weight must be a whole number from 1 to 100"},
	    {"weight 101", KEY_A " weight=101",
		"weight must be a whole number from 1 to 100"},
	    {"no weight", KEY_A " weight=",
		"weight must be a whole number from 1 to 100"},
	    {"pool", KEY_A " pool=mine", "pool must be gemini, paid or vertex"},
	    {"reserve", KEY_A " reserve=maybe", "reserve must be on or off"},
	    {"project", KEY_A "\tproject=a b",
		"project must be a project's number or id"},
	    {"models", KEY_A " models=a*b",
		"models must be names of models, or beginnings with *, and "
		"commas between"},
	    {"models, a beginning of nothing", KEY_A " models=a,*",
		"models must be names of models, or beginnings with *, and "
		"commas between"},
	    {"note", KEY_A "\tnote=\xff",
		"note must be UTF-8 text of at most 300 bytes"},
	    {"another name", KEY_A " wieght=2",
		"there is something of another name behind the key than "
		"project, pool, weight, models, reserve or note"},
	    {"a word alone", "xyz-0123456789abcdef weight=x",
		"weight must be a whole number from 1 to 100"},
	    {"only one of two", KEY_A " " KEY_B " weight=x",
		"weight must be a whole number from 1 to 100"},
	};
	check_rows(rows, COUNT_OF(rows), collect);
	check_rows(bad, COUNT_OF(bad), collect_why);
}

/* With a pattern of the operator's. */
static void
test_patterns(void)
{
	static const struct {
		const char *name, *pattern, *text, *found;
	} rows[] = {
	    {"another shape", "sk-[a-z]+", "our key: sk-abcdefghijklmnop!",
		"k1:sk-abcdefghijklmnop "},
	    {"too short", "sk-[a-z]+", "our key: sk-abc", "b1:sk-abc "},
	    {"with blanks", "sk-[a-z ]+", "our key: sk-abcdefgh ijklmnop",
		"b1:sk-abcdefgh ijklmnop "},
	    {"others are words", "sk-[a-z]+", KEY_A, "o1:" KEY_A " "},
	    {"alternatives, the longest counts", "k[0-9]{15}|k[0-9]{16}",
		"x k0123456789abcdef k0123456789012345",
		"k1:k0123456789012345 "},
	    {"only at the beginning", "^k[0-9]{15}",
		"k012345678901234 k012345678901234", "k1:k012345678901234 "},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf found;
		buf_init(&found, BUF_SMALL);
		struct pattern *p = pattern_new(rows[i].pattern, &found);
		UNIT_ROW(p != NULL, rows[i].name);
		bool ok = key_text_scan(
		    p, rows[i].text, strlen(rows[i].text), collect, &found);
		UNIT_ROW(ok, rows[i].name);
		UNIT_ROW(
		    unit_same(buf_cstr(&found), rows[i].found), rows[i].name);
		pattern_free(p);
		buf_clear(&found);
	}
}

static bool
count(void *ctx, const struct key_finding *found)
{
	int *counts = ctx;
	counts[found->why != NULL]++;
	counts[2] = found->line;
	return true;
}

/* As many as anybody has, and a line that does not end. */
static void
test_much(void)
{
	struct buf text;
	buf_init(&text, BUF_LARGE);
	for (int i = 0; i < 100000; i++)
		buf_fmt(&text, "AIzaSy%033d\tproject=p-%d\r\n%s", i, i / 20,
		    i % 1000 == 0 ? "not this one\r\n" : "");
	int counts[3] = {0};
	CU_ASSERT_TRUE(scan(text.data, text.len, count, counts));
	CU_ASSERT_EQUAL(counts[0], 100000);
	CU_ASSERT_EQUAL(counts[1], 100);
	CU_ASSERT_EQUAL(counts[2], 100100);
	buf_reset(&text);

	for (int i = 0; i < 4000000; i++)
		buf_str(&text, "AIzAQ.");
	counts[0] = counts[1] = 0;
	CU_ASSERT_TRUE(scan(text.data, text.len, count, counts));
	CU_ASSERT_EQUAL(counts[0], 0);
	CU_ASSERT_EQUAL(counts[1], 1);
	buf_clear(&text);
}

static CU_TestInfo tests[] = {
    {"keys in any surroundings", test_surroundings},
    {"lines without a known shape", test_other_lines},
    {"what a table says of its keys", test_attributes},
    {"patterns of the operator's", test_patterns},
    {"the longest word", test_lengths},
    {"100,000 keys, and 24 MB of one line", test_much},
    {"the receiver may stop", test_stop},
    {"any bytes", test_bytes},
    CU_TEST_INFO_NULL,
};

struct unit_suite key_text_suite = {"pool/key_text", tests};
