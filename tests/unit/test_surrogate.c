/* Tests of the joining of surrogate halves. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "protocol/surrogate.h"

#define FFFD "\xef\xbf\xbd"
#define SMILE "\xf0\x9f\x98\x80"

/* Texts of consecutive events (as JSON, without the quotes) and what the
 * client reads in the end. */
static const struct {
	const char *name;
	const char *pieces[4];
	const char *text;
} rows[] = {
    {"plain", {"a", "b"}, "ab"},
    {"a whole pair", {"\\ud83d\\ude00"}, SMILE},
    {"a pair over two pieces", {"a\\ud83d", "\\ude00b"}, "a" SMILE "b"},
    {"capital letters", {"\\uD83D", "\\uDE00"}, SMILE},
    {"an empty piece between", {"\\ud83d", "", "\\ude00"}, SMILE},
    {"a high half alone", {"a\\ud83d", "b"}, "a" FFFD "b"},
    {"a high half at the end", {"a\\ud83d"}, "a" FFFD},
    {"a low half alone", {"\\ude00a"}, FFFD "a"},
    {"two high halves", {"\\ud83d\\ud83d", "\\ude00"}, FFFD SMILE},
    {"high and pair", {"\\ud83d\\ud83d\\ude00"}, FFFD SMILE},
    {"two low halves", {"\\ud83d", "\\ude00\\ude00"}, SMILE FFFD},
    {"wrong order", {"\\ude00", "\\ud83d"}, FFFD FFFD},
    {"pair, then a cut one", {"\\ud83d\\ude00\\ud83d", "\\ude00"}, SMILE SMILE},
    {"an escaped backslash is no half", {"\\\\ud83d", "\\\\ude00"},
	"\\ud83d\\ude00"},
    {"backslash and half", {"\\\\\\ud83d", "\\ude00"}, "\\" SMILE},
    {"other escapes of d", {"\\ud7ff\\ue000"}, "\xed\x9f\xbf\xee\x80\x80"},
    {"other escapes after a half", {"\\ud83d\\n\\u0041"}, FFFD "\nA"},
    {"private code points of our own marks",
	{"\xf4\x8f\xa0\x80|\xf4\x8f\xbf\xbf|\xf4\x8f\xbf\xbd"},
	"\xf4\x8f\xa0\x80|\xf4\x8f\xbf\xbf|\xf4\x8f\xbf\xbd"},
    {"the same as escapes", {"\\udbfe\\udc00|\\udbff\\udfff"},
	"\xf4\x8f\xa0\x80|\xf4\x8f\xbf\xbf"},
    {"the same cut in two", {"\\udbfe", "\\udc00"}, "\xf4\x8f\xa0\x80"},
    {"mixed with halves", {"\xf4\x8f\xa0\x80\\ud83d", "\\ude00"},
	"\xf4\x8f\xa0\x80" SMILE},
    {"neighbours of the marks", {"\xf4\x8f\x9f\xbf\xf4\x80\x80\x80"},
	"\xf4\x8f\x9f\xbf\xf4\x80\x80\x80"},
    {"raw emoji", {SMILE, SMILE}, SMILE SMILE},
};

/* The text of piece k as surrogate_parse reads it; joined into out. */
static bool
join_piece(struct surrogate *s, const char *piece, struct buf *out)
{
	struct buf json;
	buf_init(&json, BUF_SMALL);
	buf_fmt(&json, "{\"t\":\"%s\"}", piece);
	struct json_object *o =
	    surrogate_parse(buf_cstr(&json), json.len, NULL);
	struct json_object *t = json_get(o, "t");
	bool ok = t != NULL;
	if (ok) {
		const char *text = json_object_get_string(t);
		size_t len = (size_t)json_object_get_string_len(t);
		if (surrogate_touches(s, text, len))
			surrogate_join(s, text, len, out);
		else
			buf_add(out, text, len);
	}
	json_object_put(o);
	buf_clear(&json);
	return ok;
}

static void
test_rows(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct surrogate s = {0};
		struct buf out;
		buf_init(&out, BUF_SMALL);
		for (int k = 0; k < 4 && rows[i].pieces[k] != NULL; k++)
			UNIT_ROW(join_piece(&s, rows[i].pieces[k], &out),
			    rows[i].name);
		surrogate_end(&s, &out);
		UNIT_ROW(
		    unit_same(buf_cstr(&out), rows[i].text) == 1, rows[i].name);
		buf_clear(&out);
	}
}

/* Where there is nothing to do, nothing is done. */
static void
test_untouched(void)
{
	static const char *const texts[] = {"", "{}", "{\"a\":\"b\\n\\u00e9\"}",
	    "{\"a\":\"\\\\ud83d\"}", "{\"a\":\"" SMILE "\"}", "\\", "\\ud8",
	    "\\udxyz\\ud", "\xf4\x8f", "\xf4\x8f\xa0", "\xf4\x8f\xc0\x80",
	    "\xf4\x8f\xa0\x41"};
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct surrogate s = {0};
		struct buf marked;
		buf_init(&marked, BUF_SMALL);
		UNIT_ROW(!surrogate_mark(texts[i], strlen(texts[i]), &marked),
		    texts[i]);
		UNIT_ROW(marked.len == 0, texts[i]);
		UNIT_ROW(!surrogate_touches(&s, texts[i], strlen(texts[i])),
		    texts[i]);
		buf_clear(&marked);
	}
}

/* Every half with every hundredth other half: joined if it is a pair, and valid
 * UTF-8 in any case. */
static void
test_all_halves(void)
{
	int wrong = 0;
	for (unsigned a = 0xd800; a <= 0xdfff; a++)
		for (unsigned b = 0xd800 + a % 100; b <= 0xdfff; b += 100) {
			char first[8], second[8];
			snprintf(first, sizeof(first), "\\u%04x", a);
			snprintf(second, sizeof(second), "\\u%04X", b);
			struct surrogate s = {0};
			struct buf out;
			buf_init(&out, BUF_SMALL);
			bool ok = join_piece(&s, first, &out) &&
			    join_piece(&s, second, &out);
			surrogate_end(&s, &out);
			bool pair = a < 0xdc00 && b >= 0xdc00;
			wrong += !ok || out.len != (pair ? 4u : 6u) ||
			    !text_is_utf8(out.data, out.len);
			buf_clear(&out);
		}
	CU_ASSERT_EQUAL(wrong, 0);
}

static void
test_bad_json(void)
{
	const char *why = NULL;
	CU_ASSERT_PTR_NULL(surrogate_parse("{\"a\":\"\\ud83d", 12, &why));
	CU_ASSERT_PTR_NOT_NULL(why);
	CU_ASSERT_PTR_NULL(
	    surrogate_parse("{\"a\":\"\\ud83d\\udxx\"}", 20, NULL));
	CU_ASSERT_PTR_NULL(surrogate_parse("", 0, &why));
}

static CU_TestInfo tests[] = {
    {"pieces and what the client reads", test_rows},
    {"texts without halves are not touched", test_untouched},
    {"all halves", test_all_halves},
    {"what is no JSON stays none", test_bad_json},
    CU_TEST_INFO_NULL,
};

struct unit_suite surrogate_suite = {"protocol/surrogate", tests};
