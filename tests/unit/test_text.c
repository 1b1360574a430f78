/* Tests of base/text. */
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unit.h"

extern struct unit_suite text_suite;

static void
test_utf8(void)
{
	static const struct {
		const char *row, *bytes;
		bool ok;
	} rows[] = {
	    {"empty", "", true},
	    {"ASCII", "plain text, more than eight bytes\x7f", true},
	    {"two bytes, lowest", "\xc2\x80", true},
	    {"two bytes, highest", "\xdf\xbf", true},
	    {"three bytes, lowest", "\xe0\xa0\x80", true},
	    {"before the surrogates", "\xed\x9f\xbf", true},
	    {"after the surrogates", "\xee\x80\x80", true},
	    {"four bytes, lowest", "\xf0\x90\x80\x80", true},
	    {"four bytes, highest", "\xf4\x8f\xbf\xbf", true},
	    {"mixed", "1234567\xc3\xa9\xe2\x82\xac!\xf0\x9f\x98\x80", true},
	    {"lone continuation", "a\x80", false},
	    {"overlong NUL", "\xc0\x80", false},
	    {"overlong slash", "\xc1\xaf", false},
	    {"overlong, three bytes", "\xe0\x9f\xbf", false},
	    {"overlong, four bytes", "\xf0\x8f\xbf\xbf", false},
	    {"surrogate", "\xed\xa0\x80", false},
	    {"beyond Unicode", "\xf4\x90\x80\x80", false},
	    {"five bytes", "\xf8\x88\x80\x80\x80", false},
	    {"cut after one of two", "abcdefg\xc3", false},
	    {"cut after two of three", "\xe2\x82", false},
	    {"cut after three of four", "\xf0\x9f\x98", false},
	    {"second byte is ASCII", "\xe2(\xa1", false},
	    {"third byte is ASCII", "\xe2\x82(", false},
	    {"0xff", "12345678\xff", false},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		/* On the heap, so that reading too far is noticed. */
		size_t len = strlen(rows[i].bytes);
		char *copy = malloc(len > 0 ? len : 1);
		memcpy(copy, rows[i].bytes, len);
		UNIT_ROW(text_is_utf8(copy, len) == rows[i].ok, rows[i].row);
		free(copy);
	}
	CU_ASSERT(text_is_utf8("a\0b", 3));
}

static void
test_hex(void)
{
	static const uint8_t bytes[] = {0x00, 0x1f, 0xab, 0xff};
	struct buf out;
	buf_init(&out, BUF_SMALL);
	text_hex(&out, bytes, sizeof(bytes));
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out), "001fabff");
	buf_clear(&out);

	static const struct {
		const char *hex;
		long n;
	} rows[] = {{"001fABff", 4}, {"", 0}, {"0", -1}, {"001", -1},
	    {"0g", -1}, {"g0", -1}, {" 00", -1}, {"0011223344", -1}};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint8_t back[4];
		UNIT_ROW(
		    text_unhex(rows[i].hex, back, 4) == rows[i].n, rows[i].hex);
		if (rows[i].n == 4)
			UNIT_ROW(memcmp(back, bytes, 4) == 0, rows[i].hex);
	}
}

static void
test_unescape(void)
{
	static const struct {
		const char *in, *out;
		bool plus, ok;
	} rows[] = {
	    {"a%20b+c", "a b+c", false, true},
	    {"a%20b+c", "a b c", true, true},
	    {"%c3%A9%2b", "\xc3\xa9+", true, true},
	    {"", "", true, true},
	    {"ab%", "ab", false, false},
	    {"ab%4", "ab", false, false},
	    {"ab%4g", "ab", false, false},
	    {"ab%%41", "ab", false, false},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf out;
		buf_init(&out, BUF_SMALL);
		bool ok = text_unescape_url(
		    &out, rows[i].in, strlen(rows[i].in), rows[i].plus);
		UNIT_ROW(ok == rows[i].ok, rows[i].in);
		UNIT_ROW(unit_same(buf_cstr(&out), rows[i].out), rows[i].in);
		buf_clear(&out);
	}

	/* The length counts, not what lies behind it; a NUL passes. */
	struct buf out;
	buf_init(&out, BUF_SMALL);
	CU_ASSERT(!text_unescape_url(&out, "%41", 2, false));
	CU_ASSERT(text_unescape_url(&out, "%00z", 4, false));
	CU_ASSERT_EQUAL(out.len, 2);
	buf_clear(&out);
}

static void
test_case(void)
{
	CU_ASSERT(text_same("Content-Type", "content-TYPE"));
	CU_ASSERT(!text_same("a", "ab"));
	CU_ASSERT(!text_same("ab", "a"));
	CU_ASSERT(!text_same(NULL, NULL));
	CU_ASSERT(!text_same("a", NULL));
	CU_ASSERT(!text_same("[", "{"));
	CU_ASSERT(text_contains("The Quota is out", "qUOTA"));
	CU_ASSERT(text_contains("x", ""));
	CU_ASSERT(text_contains("aab", "ab"));
	CU_ASSERT(!text_contains("ab", "abc"));
	CU_ASSERT(!text_contains(NULL, ""));
	CU_ASSERT(text_starts("Bearer x", "bearer "));
	CU_ASSERT(!text_starts("Bear", "bearer"));
	CU_ASSERT(!text_starts(NULL, ""));
}

static void
test_to_int(void)
{
	static const struct {
		const char *text;
		int64_t low, high;
		bool ok;
		int64_t number;
	} rows[] = {
	    {"0", 0, 0, true, 0},
	    {"007", 0, 9, true, 7},
	    {"-5", -5, 5, true, -5},
	    {"10", 0, 9, false, 0},
	    {"-1", 0, 9, false, 0},
	    {"9223372036854775807", INT64_MIN, INT64_MAX, true, INT64_MAX},
	    {"-9223372036854775808", INT64_MIN, INT64_MAX, true, INT64_MIN},
	    {"9223372036854775808", INT64_MIN, INT64_MAX, false, 0},
	    {"-9223372036854775809", INT64_MIN, INT64_MAX, false, 0},
	    {"99999999999999999999999", INT64_MIN, INT64_MAX, false, 0},
	    {"", 0, 9, false, 0},
	    {"-", -9, 9, false, 0},
	    {"+1", 0, 9, false, 0},
	    {" 1", 0, 9, false, 0},
	    {"1 ", 0, 9, false, 0},
	    {"1.0", 0, 9, false, 0},
	    {"0x1", 0, 9, false, 0},
	    {"--1", -9, 9, false, 0},
	    {NULL, 0, 9, false, 0},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *row = rows[i].text == NULL ? "NULL" : rows[i].text;
		int64_t number = 0;
		UNIT_ROW(text_to_int(rows[i].text, rows[i].low, rows[i].high,
			     &number) == rows[i].ok,
		    row);
		UNIT_ROW(number == rows[i].number, row);
	}
}

#define DOTS "\xe2\x80\xa6"

static void
test_mask(void)
{
	static const struct {
		const char *secret, *shown;
	} rows[] = {
	    {"", DOTS},
	    {"abcdefghijk", DOTS},
	    {"abcdefghijkl", DOTS "ijkl"},
	    {"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", DOTS},
	    {"abcdefghij\xc3\xa9\xc3\xa9", DOTS "ij\xc3\xa9\xc3\xa9"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf out;
		buf_init(&out, BUF_SMALL);
		text_mask(&out, rows[i].secret);
		UNIT_ROW(
		    unit_same(buf_cstr(&out), rows[i].shown), rows[i].secret);
		buf_clear(&out);
	}
}

#define RED "[redacted]"
#define RUN30 "SyA1234567890abcdefghijklmn_-Z"

static void
test_redact(void)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
	    {"", ""},
	    {"nothing to hide: 100 %", "nothing to hide: 100 %"},
	    {"AIza" RUN30, RED},
	    {"x AIza" RUN30 "Q5, y", "x " RED ", y"},
	    {"AIzaSyShort and AIza", "AIzaSyShort and AIza"},
	    {"AIzaAIza" RUN30, RED},
	    {"key AQ.Ab8RN6K-x_y.zZ!", "key " RED "!"},
	    {"FAQ.html", "FAQ.html"},
	    {"AQ.012345678", "AQ.012345678"},
	    {"AQ.0123456789", RED},
	    {"Consumer 'api_key:AIzaX' has", "Consumer '" RED " has"},
	    {"/v1?key=abc&alt=sse", "/v1?" RED "&alt=sse"},
	    {"/v1?alt=sse&KEY=abc x", "/v1?alt=sse&" RED " x"},
	    {"key= ", "key= "},
	    {"projects/123456 and projects/x",
		"projects/" RED " and projects/x"},
	    {"`projects/my-project-4711/locations/global` not found",
		"`projects/" RED "/locations/global` not found"},
	    {"in project 1234567890 before", "in project " RED " before"},
	    {"?project=1234567890\"", "?project=" RED "\""},
	    {"project 12", "project 12"},
	    {"'project_number:123'", "'project_number:" RED "'"},
	    {"authorization: bearer abc.def", "authorization: " RED},
	    {"Bearer ", "Bearer "},
	    {"token sk-0123456789abcdefGH.", "token " RED "."},
	    {"sk-abcdefghijklmnop", RED},
	    {"%20sk-abcdefghijklmnoP", "%20" RED},
	    {"sk-tooshort123", "sk-tooshort123"},
	    {"a task-force-reports-on-monday",
		"a task-force-reports-on-monday"},
	    {"ya29.a0AfB_byC-dEfGhIjK!", RED "!"},
	    {"X-Goog-Api-Key: abc d", "X-Goog-Api-Key: " RED " d"},
	    {"Authorization: Basic dXNlcjpw", "Authorization: Basic " RED},
	    {"no Basic authentication", "no Basic authentication"},
	    {"postgresql://kw:p%40ss@db:5432/kw?sslmode=require",
		"postgresql://" RED "@db:5432/kw?sslmode=require"},
	    {"http://u:p@ss@proxy:8080 is down",
		"http://" RED "@proxy:8080 is down"},
	    {"socks5h://only@[::1]:1", "socks5h://" RED "@[::1]:1"},
	    {"see https://ai.google.dev/a@b and me@x.org",
		"see https://ai.google.dev/a@b and me@x.org"},
	    {"http://@x/", "http://@x/"},
	    {"host=db password='it\\'s x' user=kw",
		"host=db password='" RED "' user=kw"},
	    {"host=db password=abc user=kw",
		"host=db password=" RED " user=kw"},
	    {"PGPASSWORD=abc", "PGPASSWORD=" RED},
	    {"?access_token=abc&x=1", "?access_token=" RED "&x=1"},
	    {"client_secret=abc", "client_secret=" RED},
	    {"token_id=5 tokens=7", "token_id=5 tokens=7"},
	    {"https://hooks.slack.com/services/T0/B0/xyz said no",
		"https://hooks.slack.com/" RED " said no"},
	    {"https://open.feishu.cn/open-apis/bot/v2/hook/1-2-3",
		"https://open.feishu.cn/open-apis/bot/" RED},
	    {"https://discord.com/api/webhooks/1/x_y-z",
		"https://discord.com/api/webhooks/" RED},
	    {"https://api.telegram.org/bot12:AAx-y/sendMessage",
		"https://api.telegram.org/bot" RED},
	    {"a\nb\tc\x1b[0m\x7f|", "a b c [0m |"},
	    {"C1 \xc2\x9b"
	     "31m",
		"C1  31m"},
	    {"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
	    {"Bearer x\nsecond", RED " second"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf out;
		buf_init(&out, BUF_SMALL);
		text_redact(&out, rows[i].in, strlen(rows[i].in));
		UNIT_ROW(unit_same(buf_cstr(&out), rows[i].out), rows[i].in);
		buf_clear(&out);
	}

	/* Only len bytes count, and a NUL is a control character. */
	struct buf out;
	buf_init(&out, BUF_SMALL);
	text_redact(&out, "key=abc", 4);
	text_redact(&out, "a\0b", 3);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out), "key=a b");
	buf_clear(&out);
}

static void
test_redact_is_linear(void)
{
	/* Texts that start a credential at every turn. A quadratic scan of a
	 * megabyte takes minutes. */
	static const char *const rows[] = {"AIza", "AQ.", "xsk-", "project ",
	    "projects/", "api_key:", "Bearer ", "key=", "xsk-a", "://", "://@",
	    ":", "password='", "token", "/api/webhooks/"};
	size_t size = 1000 * 1000;
	char *text = malloc(size);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		size_t len = strlen(rows[i]);
		for (size_t k = 0; k < size; k++)
			text[k] = rows[i][k % len];
		clock_t start = clock();
		struct buf out;
		buf_init(&out, BUF_LARGE);
		text_redact(&out, text, size);
		UNIT_ROW(buf_ok(&out), rows[i]);
		UNIT_ROW(clock() - start < 5 * CLOCKS_PER_SEC, rows[i]);
		buf_clear(&out);
	}
	free(text);
}

static void
test_cut(void)
{
	static const struct {
		const char *text;
		size_t max, kept;
	} rows[] = {
	    {"", 4, 0},
	    {"abc", 4, 3},
	    {"abcd", 4, 4},
	    {"abcde", 4, 4},
	    {"abc\xc3\xa9", 4, 3},
	    {"ab\xc3\xa9", 4, 4},
	    {"\xf0\x9f\x98\x80x", 3, 0},
	    {"\xf0\x9f\x98\x80x", 4, 4},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		UNIT_ROW(text_cut(rows[i].text, rows[i].max) == rows[i].kept,
		    rows[i].text);
}

static void
test_points(void)
{
	static const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
	static const size_t sums[] = {0, 1, 2, 2, 3, 3, 3, 4, 4, 4, 4};
	for (size_t i = 0; i < COUNT_OF(sums); i++)
		CU_ASSERT_EQUAL(text_points(text, i), sums[i]);
}

static CU_TestInfo tests[] = {
    {"counts code points", test_points},
    {"tells UTF-8", test_utf8},
    {"reads and writes hex", test_hex},
    {"undoes URL escapes", test_unescape},
    {"compares without case", test_case},
    {"reads whole numbers", test_to_int},
    {"masks secrets", test_mask},
    {"cuts between characters", test_cut},
    {"blacks out credentials", test_redact},
    {"blacks out in linear time", test_redact_is_linear},
    CU_TEST_INFO_NULL,
};

struct unit_suite text_suite = {"base/text", tests};
