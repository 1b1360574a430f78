/* Tests of cutting texts into pieces. */
#include "unit.h"

#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "protocol/text_pieces.h"

/* gemini-balance's defaults. */
static const struct text_pace usual = {
    .short_text = 10,
    .long_text = 50,
    .piece = 5,
    .min_us = 16000,
    .max_us = 24000,
};
/* All texts are long: pieces of one cluster, or of three. */
static const struct text_pace ones = {1, 1, 1, 5, 5}, threes = {1, 1, 3, 5, 5};

/* What fn is given, as "piece|piece". */
struct record {
	struct buf text;
	size_t n, bytes;
	int64_t first_us, total_us;
};

static void
take(void *ctx, const char *piece, size_t len, int64_t delay_us)
{
	struct record *r = ctx;
	if (r->n++ > 0)
		buf_byte(&r->text, '|');
	else
		r->first_us = delay_us;
	buf_add(&r->text, piece, len);
	r->bytes += len;
	r->total_us += delay_us;
}

static struct record
play(const struct text_pace *pace, const char *text, size_t len, bool *in_url)
{
	struct record r = {0};
	buf_init(&r.text, BUF_LARGE);
	text_pieces(pace, text, len, in_url, take, &r);
	return r;
}

static const struct {
	const char *name, *text, *pieces;
} clusters[] = {
    {"nothing", "", ""},
    {"letters", "abc", "a|b|c"},
    {"a letter with marks", "ae\u0301\u0323b", "a|e\u0301\u0323|b"},
    {"marks without a letter", "\u0301\u0301a", "\u0301\u0301|a"},
    {"a family", "x\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466y",
	"x|\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466|y"},
    {"two astronauts", "\U0001F469\u200D\U0001F680\U0001F469\u200D\U0001F680",
	"\U0001F469\u200D\U0001F680|\U0001F469\u200D\U0001F680"},
    {"skin", "\U0001F44D\U0001F3FD\U0001F44D",
	"\U0001F44D\U0001F3FD|\U0001F44D"},
    {"flags", "\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7\U0001F1EF",
	"\U0001F1E9\U0001F1EA|\U0001F1EB\U0001F1F7|\U0001F1EF"},
    {"a flag of tags", "\U0001F3F4\U000E0067\U000E0062\U000E007F!",
	"\U0001F3F4\U000E0067\U000E0062\U000E007F|!"},
    {"a rainbow", "\U0001F3F3\uFE0F\u200D\U0001F308 ",
	"\U0001F3F3\uFE0F\u200D\U0001F308| "},
    {"a key cap", "1\uFE0F\u20E32", "1\uFE0F\u20E3|2"},
    {"Hangul by jamo", "\u1112\u1161\u11AB\u1100\u1173",
	"\u1112\u1161\u11AB|\u1100\u1173"},
    {"Hangul by syllable", "\uD55C\uAE00", "\uD55C|\uAE00"},
    {"Thai", "\u0E01\u0E33\u0E44", "\u0E01\u0E33|\u0E44"},
    {"line ends", "a\r\n\r\nb\n\rc", "a|\r\n|\r\n|b|\n|\r|c"},
    {"Han", "\u65E5\u672C", "\u65E5|\u672C"},
};

static void
test_clusters(void)
{
	for (size_t i = 0; i < COUNT_OF(clusters); i++) {
		const char *text = clusters[i].text;
		bool in_url = false;
		struct record r = play(&ones, text, strlen(text), &in_url);
		UNIT_ROW(unit_same(buf_cstr(&r.text), clusters[i].pieces),
		    clusters[i].name);
		UNIT_ROW(!in_url, clusters[i].name);
		buf_clear(&r.text);
	}
}

/* A letter under a tower of marks is one piece, however high it is. */
static void
test_zalgo(void)
{
	struct buf text;
	bool in_url = false;
	buf_init(&text, BUF_LARGE);
	buf_byte(&text, 'Z');
	for (int i = 0; i < 10000; i++)
		buf_str(&text, i % 2 ? "\u0337" : "\u0489");
	buf_str(&text, "ab");
	struct record r = play(&threes, text.data, text.len, &in_url);
	CU_ASSERT(r.n == 1 && r.bytes == text.len);
	buf_clear(&r.text);
	r = play(&ones, text.data, text.len, &in_url);
	CU_ASSERT(r.n == 3 && r.bytes == text.len + 0);
	buf_clear(&r.text);
	buf_clear(&text);
}

/* Bytes that are no UTF-8, and a NUL, lose nothing. */
static void
test_odd_bytes(void)
{
	static const char odd[] = "a\0\xff\xc3\xe2\x82"
				  "b\xed\xa0\xbd";
	bool in_url = false;
	struct record r = play(&ones, odd, sizeof(odd) - 1, &in_url);
	CU_ASSERT(r.bytes == sizeof(odd) - 1);
	buf_clear(&r.text);
}

static void
test_pieces(void)
{
	static const struct {
		const char *name, *text, *pieces;
	} rows[] = {
	    {"even", "abcdef", "abc|def"},
	    {"a rest", "abcdefgh", "abc|def|gh"},
	    {"one", "a", "a"},
	    {"counted by clusters",
		"e\u0301\U0001F44D\U0001F3FD\r\ne\u0301e\u0301",
		"e\u0301\U0001F44D\U0001F3FD\r\n|e\u0301e\u0301"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		bool in_url = false;
		struct record r =
		    play(&threes, rows[i].text, strlen(rows[i].text), &in_url);
		UNIT_ROW(
		    unit_same(buf_cstr(&r.text), rows[i].pieces), rows[i].name);
		buf_clear(&r.text);
	}
}

/* Texts of n letters, and of n letters with a mark: the same. */
static void
test_delays(void)
{
	static const struct text_pace crossed = {50, 10, 5, 16000, 24000},
				      same = {20, 20, 4, 0, 7};
	static const struct {
		const char *name;
		const struct text_pace *pace;
		size_t n, pieces;
		int64_t delay_us;
	} rows[] = {
	    {"one", &usual, 1, 1, 24000},
	    {"still short", &usual, 10, 10, 24000},
	    {"no longer short", &usual, 11, 11, 23527},
	    {"between", &usual, 22, 22, 20081},
	    {"nearly long", &usual, 49, 49, 16101},
	    {"long", &usual, 50, 10, 16000},
	    {"longer", &usual, 102, 21, 16000},
	    {"thresholds crossed: short", &crossed, 9, 9, 24000},
	    {"… between", &crossed, 12, 3, 24000},
	    {"… long", &crossed, 51, 11, 16000},
	    {"thresholds the same: below", &same, 19, 19, 7},
	    {"… at", &same, 20, 5, 7},
	    {"… above", &same, 21, 6, 0},
	    {"so long that pieces grow", &usual, 20482, 3414, 16000},
	    {"… and more", &ones, 3 * TEXT_PIECES_MAX, TEXT_PIECES_MAX, 5},
	};
	for (size_t i = 0; i < COUNT_OF(rows) * 2; i++) {
		const char *name = rows[i / 2].name;
		struct buf text;
		bool in_url = false;
		buf_init(&text, BUF_LARGE);
		for (size_t k = 0; k < rows[i / 2].n; k++)
			buf_str(&text, i % 2 ? "e\u0301" : "e");
		struct record r =
		    play(rows[i / 2].pace, text.data, text.len, &in_url);
		UNIT_ROW(r.n == rows[i / 2].pieces, name);
		UNIT_ROW(r.first_us == rows[i / 2].delay_us, name);
		UNIT_ROW(r.total_us == r.first_us * (int64_t)r.n, name);
		UNIT_ROW(r.bytes == text.len, name);
		buf_clear(&r.text);
		buf_clear(&text);
	}
}

#define DATA "data:image/png;base64,iVBORw0KGgo="

static const struct {
	const char *name, *texts[4], *pieces[4];
	bool in_url;
} urls[] = {
    {"alone", {DATA}, {DATA}, true},
    {"in a text", {"ab " DATA " cd"}, {"a|b| |" DATA "| |c|d"}, false},
    {"in a picture", {"![a](" DATA ")\nb"}, {"![a](" DATA ")|\n|b"}, false},
    {"two", {DATA " " DATA "\n"}, {DATA "| |" DATA "|\n"}, false},
    {"goes on", {"a " DATA, "AAAA", "BB ab"}, {"a| |" DATA, "AAAA", "BB| |a|b"},
	false},
    {"over an empty text", {DATA, "", "AAAA", " a"}, {DATA, "", "AAAA", " |a"},
	false},
    {"ends with its text", {DATA, "\nab"}, {DATA, "\n|a|b"}, false},
    {"before a mark",
	{DATA "A\u0301"
	      "b"},
	{DATA "|A\u0301|b"}, false},
    {"before Han", {DATA "\u65E5"}, {DATA "|\u65E5"}, false},
    {"no URL", {"data: a"}, {"d|a|t|a|:| |a"}, false},
    {"no URL either", {"xdata:b/"}, {"x|d|a|t|a|:|b|/"}, false},
    {"a later one", {"xdata:b/,data:b/"}, {"xdata:b/,data:b/"}, true},
};

static void
test_urls(void)
{
	for (size_t i = 0; i < COUNT_OF(urls); i++) {
		bool in_url = false;
		for (int k = 0; k < 4 && urls[i].texts[k] != NULL; k++) {
			const char *text = urls[i].texts[k];
			struct record r =
			    play(&ones, text, strlen(text), &in_url);
			UNIT_ROW(
			    unit_same(buf_cstr(&r.text), urls[i].pieces[k]),
			    urls[i].name);
			buf_clear(&r.text);
		}
		UNIT_ROW(in_url == urls[i].in_url, urls[i].name);
	}
}

/* A picture in a text costs no time, and does not make the text a long one. */
static void
test_url_delay(void)
{
	struct buf text;
	bool in_url = false;
	buf_init(&text, BUF_LARGE);
	buf_str(&text, "ab " DATA);
	for (int i = 0; i < 1000000; i++)
		buf_byte(&text, 'A');
	buf_str(&text, "\ncd");
	struct record r = play(&usual, text.data, text.len, &in_url);
	CU_ASSERT(r.n == 7 && r.bytes == text.len);
	CU_ASSERT(r.total_us == 6 * usual.max_us);
	buf_clear(&r.text);
	buf_clear(&text);
}

static CU_TestInfo tests[] = {
    {"cut between clusters", test_clusters},
    {"a tower of marks", test_zalgo},
    {"bytes that are no text", test_odd_bytes},
    {"pieces of several clusters", test_pieces},
    {"sizes and delays", test_delays},
    {"data: URLs stay whole", test_urls},
    {"… and cost no time", test_url_delay},
    CU_TEST_INFO_NULL,
};

struct unit_suite text_pieces_suite = {"protocol/text_pieces", tests};
