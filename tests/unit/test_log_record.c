/* Tests of base/log_record. */
#include "base/log_record.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "unit.h"

extern struct unit_suite log_record_suite;

#define E_ACUTE "\xc3\xa9"
#define ELLIPSIS "\xe2\x80\xa6"
#define BAD "\xef\xbf\xbd"

/* A text value in both formats. */
static void
test_values(void)
{
	static const struct {
		const char *in, *text, *json;
	} rows[] = {
	    {"gemini-2.5-flash", "gemini-2.5-flash", "\"gemini-2.5-flash\""},
	    {"", "\"\"", "\"\""},
	    {"a b", "\"a b\"", "\"a b\""},
	    {"a=b", "\"a=b\"", "\"a=b\""},
	    {"say \"x\"\\", "\"say \\\"x\\\"\\\\\"", "\"say \\\"x\\\"\\\\\""},
	    {"a\nlevel=info\r\x01", "\"a level=info  \"", "\"a level=info  \""},
	    {"\x1b[2J\x7f", "\" [2J \"", "\" [2J \""},
	    {E_ACUTE, "\"" E_ACUTE "\"", "\"" E_ACUTE "\""},
	    {"\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\"",
		"\"\xf0\x9f\x98\x80\""},
	    /* invalid: a lone byte, an overlong form, a surrogate, a cut */
	    {"a\xff", "\"a" BAD "\"", "\"a" BAD "\""},
	    {"\xc0\xaf", "\"" BAD BAD "\"", "\"" BAD BAD "\""},
	    {"\xed\xa0\x80", "\"" BAD BAD BAD "\"", "\"" BAD BAD BAD "\""},
	    {"\xe2\x82", "\"" BAD BAD "\"", "\"" BAD BAD "\""},
	    /* line separator, right-to-left override, byte order mark */
	    {"a\xe2\x80\xa8"
	     "b",
		"\"a\\u2028b\"", "\"a\\u2028b\""},
	    {"\xe2\x80\xae"
	     "x",
		"\"\\u202ex\"", "\"\\u202ex\""},
	    {"\xef\xbb\xbf", "\"\\ufeff\"", "\"\\ufeff\""},
	    {"?key=abc", "\"?[redacted]\"", "\"?[redacted]\""},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct log_field field = {
		    "model", LOG_TEXT, rows[i].in, 0};
		struct buf text, json, wanted;
		buf_init(&text, BUF_SMALL);
		buf_init(&json, BUF_SMALL);
		buf_init(&wanted, BUF_SMALL);
		log_record_write(&text, LOG_AS_TEXT, &field, 1);
		log_record_write(&json, LOG_AS_JSON, &field, 1);
		buf_fmt(&wanted, "model=%s\n", rows[i].text);
		UNIT_ROW(
		    unit_same(buf_cstr(&text), buf_cstr(&wanted)), rows[i].in);
		buf_reset(&wanted);
		buf_fmt(&wanted, "{\"model\":%s}\n", rows[i].json);
		UNIT_ROW(
		    unit_same(buf_cstr(&json), buf_cstr(&wanted)), rows[i].in);
		buf_clear(&wanted);
		buf_clear(&json);
		buf_clear(&text);
	}
}

static void
test_kinds(void)
{
	static const struct log_field fields[] = {
	    {"status", LOG_NUMBER, NULL, 0},
	    {"key_id", LOG_NUMBER, NULL, -1},
	    {"own_ms", LOG_MS, NULL, 12987},
	    {"db_ms", LOG_MS, NULL, 49},
	    {"none_ms", LOG_MS, NULL, -1},
	    {"streamed", LOG_FLAG, NULL, 0},
	    {"held", LOG_FLAG, NULL, 1},
	    {"detail", LOG_TEXT, NULL, 0},
	};
	struct buf out;
	buf_init(&out, BUF_SMALL);
	log_record_write(&out, LOG_AS_TEXT, fields, COUNT_OF(fields));
	log_record_write(&out, LOG_AS_JSON, fields, COUNT_OF(fields));
	log_record_write(&out, LOG_AS_JSON, fields, 0);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out),
	    "status=0 own_ms=12.9 db_ms=0.0 streamed=false held=true\n"
	    "{\"status\":0,\"own_ms\":12.9,\"db_ms\":0.0,\"streamed\":false,"
	    "\"held\":true}\n"
	    "{}\n");
	buf_clear(&out);
}

/* n times the text. */
static char *
repeat(const char *text, size_t n)
{
	struct buf b;
	buf_init(&b, BUF_LARGE);
	while (n-- > 0)
		buf_str(&b, text);
	return buf_take(&b);
}

/* The longest values are cut first, between characters. */
static void
test_cut(void)
{
	char *name = repeat(E_ACUTE, 5000);
	char *quotes = repeat("\"", 900);
	const struct log_field fields[] = {
	    {"model", LOG_TEXT, name, 0},
	    {"detail", LOG_TEXT, quotes, 0},
	    {"outcome", LOG_TEXT, "complete", 0},
	};
	for (int f = LOG_AS_TEXT; f <= LOG_AS_JSON; f++) {
		struct buf out;
		buf_init(&out, BUF_SMALL);
		log_record_write(
		    &out, (enum log_format)f, fields, COUNT_OF(fields));
		const char *line = buf_cstr(&out);
		CU_ASSERT(out.len > 2500 && out.len <= LOG_RECORD_MAX);
		CU_ASSERT(text_is_utf8(line, out.len));
		CU_ASSERT_PTR_NOT_NULL(strstr(line, E_ACUTE ELLIPSIS "\""));
		CU_ASSERT_PTR_NOT_NULL(strstr(line, "complete"));
		/* All of them are there. */
		CU_ASSERT_PTR_NULL(strstr(line, "\\\"" ELLIPSIS));
		buf_clear(&out);
	}
	free(quotes);
	free(name);
}

/* Every field full of what grows most: still one whole line. */
static void
test_all_long(void)
{
	char *worst = repeat("\xe2\x80\xa8", 2000);
	struct log_field fields[LOG_RECORD_FIELDS + 5];
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		fields[i] = (struct log_field){
		    "a_name_of_24_characters_", LOG_TEXT, worst, 0};
	for (int f = LOG_AS_TEXT; f <= LOG_AS_JSON; f++) {
		struct buf out;
		buf_init(&out, BUF_SMALL);
		log_record_write(
		    &out, (enum log_format)f, fields, COUNT_OF(fields));
		CU_ASSERT(out.len <= LOG_RECORD_MAX);
		CU_ASSERT_PTR_EQUAL(
		    strchr(buf_cstr(&out), '\n'), buf_cstr(&out) + out.len - 1);
		buf_clear(&out);
	}
	free(worst);
}

/* A text made of what is awkward. */
static void
make_noise(char *text, size_t max, unsigned *seed)
{
	static const char *const pieces[] = {"\"", "\\", "\n", "\r\n", "=",
	    " level=info", "\\u0000", "{", "\xff", "\xc3", E_ACUTE,
	    "\xe2\x80\xa9", "\xed\xa0\x80", "\xc2\x85", "\t", "sk-",
	    "key=", "AIza", "://", "@", "x", "0", "\x1b[31m",
	    "\xf4\x8f\xbf\xbf"};
	size_t len = 0;
	for (size_t n = (unsigned)rand_r(seed) % 900; n > 0; n--) {
		const char *piece =
		    pieces[(unsigned)rand_r(seed) % COUNT_OF(pieces)];
		if (len + strlen(piece) >= max)
			break;
		memcpy(text + len, piece, strlen(piece));
		len += strlen(piece);
	}
	text[len] = '\0';
}

/* How many `name=` a line of text has outside of quotes. */
static int
count_fields(const char *line)
{
	bool quoted = false;
	int n = 0;
	for (const char *c = line; *c != '\0'; c++) {
		if (quoted && *c == '\\')
			c++;
		else if (*c == '"')
			quoted = !quoted;
		else if (!quoted && *c == '=')
			n++;
	}
	return quoted ? -1 : n;
}

static void
test_noise(void)
{
	unsigned seed = 7;
	char a[4000], b[4000];
	for (int i = 0; i < 2000; i++) {
		make_noise(a, sizeof(a), &seed);
		make_noise(b, sizeof(b), &seed);
		const struct log_field fields[] = {
		    {"model", LOG_TEXT, a, 0},
		    {"client_id", LOG_TEXT, b, 0},
		    {"status", LOG_NUMBER, NULL, 200},
		};
		struct buf text, json;
		buf_init(&text, BUF_SMALL);
		buf_init(&json, BUF_SMALL);
		log_record_write(&text, LOG_AS_TEXT, fields, COUNT_OF(fields));
		log_record_write(&json, LOG_AS_JSON, fields, COUNT_OF(fields));
		UNIT_ROW(text.len <= LOG_RECORD_MAX &&
			strcspn(text.data, "\n") == text.len - 1 &&
			text_is_utf8(text.data, text.len) &&
			count_fields(text.data) == COUNT_OF(fields),
		    text.data);
		struct json_object *o = json_parse(json.data, json.len, NULL);
		UNIT_ROW(json.len <= LOG_RECORD_MAX &&
			strcspn(json.data, "\n") == json.len - 1 &&
			json_object_object_length(o) == COUNT_OF(fields) &&
			json_get_int(o, "status", 0) == 200,
		    json.data);
		json_object_put(o);
		buf_clear(&json);
		buf_clear(&text);
	}
}

static CU_TestInfo tests[] = {
    {"writes values in both formats", test_values},
    {"writes each kind of field", test_kinds},
    {"cuts the longest values", test_cut},
    {"is bounded", test_all_long},
    {"is whole whatever it is given", test_noise},
    CU_TEST_INFO_NULL,
};

struct unit_suite log_record_suite = {"base/log_record", tests};
