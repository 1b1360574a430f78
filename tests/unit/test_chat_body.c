/* Tests of hostile bodies: what no parser likes must end in a clear 400, in
 * bounded time and memory. */
#include "protocol/chat_request.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "unit.h"

extern struct unit_suite chat_body_suite;

#define MESSAGES "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
#define MODEL "\"model\":\"gemini-2.5-flash\""
#define MEGABYTE ((size_t)1024 * 1024)

/* A body: before, `piece` so often, after. */
struct body {
	const char *row, *before, *piece;
	size_t times;
	const char *after;
	const char *code, *param; /* of the refusal; code NULL: accepted */
	const char *message;      /* a piece of it, or NULL */
};

static void
read_body(const struct body *row, const struct buf *text)
{
	struct api_error error = {0};
	const struct chat_policy policy = {0};
	struct chat_request req;
	struct json_object *body =
	    chat_body_parse(buf_cstr(text), text->len, &error);
	bool ok = false;
	if (body != NULL) {
		ok = chat_request_read(&req, body, &policy, &error);
		chat_request_clear(&req);
	}
	UNIT_ROW(ok == (row->code == NULL), row->row);

	struct buf out;
	buf_init(&out, BUF_LARGE);
	if (!ok)
		api_error_write(&error, DIALECT_OPENAI, &out);
	struct json_object *o = json_parse(buf_cstr(&out), out.len, NULL);
	struct json_object *e = json_get(o, "error");
	UNIT_ROW(
	    ok || api_error_status(&error, DIALECT_OPENAI) == 400, row->row);
	UNIT_ROW(unit_same(json_get_text(e, "code"), row->code), row->row);
	UNIT_ROW(unit_same(json_get_text(e, "param"), row->param), row->row);
	const char *message = json_get_text(e, "message");
	UNIT_ROW(row->message == NULL ||
		(message != NULL && strstr(message, row->message) != NULL),
	    row->row);
	/* A refusal does not give the body back. */
	UNIT_ROW(out.len < 2048, row->row);

	json_object_put(o);
	json_object_put(body);
	buf_clear(&out);
	api_error_clear(&error);
}

static void
read_bodies(const struct body *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct buf text;
		buf_init(&text, BUF_LARGE);
		buf_str(&text, rows[i].before);
		for (size_t k = 0; k < rows[i].times; k++)
			buf_str(&text, rows[i].piece);
		buf_str(&text, rows[i].after);
		read_body(&rows[i], &text);
		buf_clear(&text);
	}
}

#define JSON "invalid_json"

static void
test_texts(void)
{
	static const struct body rows[] = {
	    {"empty", "", "", 0, "", JSON, NULL, "ends in the middle"},
	    {"white space", "", " ", MEGABYTE, "", JSON, NULL,
		"ends in the middle"},
	    {"null", "null", "", 0, "", JSON, NULL, "null"},
	    {"a list", "[]", "", 0, "", JSON, NULL, "must be a JSON object"},
	    {"a text", "\"model\"", "", 0, "", JSON, NULL, "JSON object"},
	    {"cut", "{" MODEL ",", "", 0, "", JSON, NULL, "ends in the middle"},
	    {"two", "{" MODEL "}{}", "", 0, "", JSON, NULL, "not JSON"},
	    {"a byte order mark", "\xef\xbb\xbf{}", "", 0, "", JSON, NULL,
		"not JSON"},
	    {"UTF-16", "{\xfe\xff}", "", 0, "", JSON, NULL, "UTF-8"},
	    {"Latin-1", "{" MODEL ",\"user\":\"\xfc\"," MESSAGES "}", "", 0, "",
		JSON, NULL, "UTF-8"},
	    {"overlong", "{\"user\":\"\xc0\xaf\"}", "", 0, "", JSON, NULL,
		"UTF-8"},
	    {"raw surrogate", "{\"user\":\"\xed\xa0\x80\"}", "", 0, "", JSON,
		NULL, "UTF-8"},
	    {"cut character", "{\"user\":\"\xf0\x9f\x98\"}", "", 0, "", JSON,
		NULL, "UTF-8"},
	    {"raw newline", "{\"user\":\"\n\"}", "", 0, "", JSON, NULL,
		"control character"},
	    {"bad escape", "{\"user\":\"\\x\"}", "", 0, "", JSON, NULL,
		"string is malformed"},
	    {"NUL in a name", "{\"mod\\u0000el\":1}", "", 0, "", JSON, NULL,
		"NUL"},
	    {"NUL in the model", "{\"model\":\"gemini\\u0000x\"," MESSAGES "}",
		"", 0, "", "invalid_value", "model", NULL},
	    {"NUL in a text",
		"{" MODEL ",\"messages\":[{\"role\":\"user\","
		"\"content\":\"\\u0000\"}]}",
		"", 0, "", NULL, NULL, NULL},
	    {"NUL in a role",
		"{" MODEL ",\"messages\":[{\"role\":\"us\\u0000er\","
		"\"content\":\"x\"}]}",
		"", 0, "", "invalid_value", "messages[0].role", NULL},
	    {"lone surrogate",
		"{" MODEL ",\"messages\":[{\"role\":\"user\","
		"\"content\":\"\\ud800\"}]}",
		"", 0, "", NULL, NULL, NULL},
	};
	read_bodies(rows, COUNT_OF(rows));

	/* C strings end here, bodies do not. */
	struct buf text;
	static const struct body nul = {
	    "NUL byte", "", "", 0, "", JSON, NULL, "NUL byte"};
	buf_init(&text, BUF_SMALL);
	buf_add(&text, "{" MODEL "\0," MESSAGES "}",
	    sizeof("{" MODEL "\0," MESSAGES "}") - 1);
	read_body(&nul, &text);
	buf_clear(&text);
}

static void
test_large(void)
{
	static const struct body rows[] = {
	    {"a text of 2 MB",
		"{" MODEL ",\"messages\":[{\"role\":\"user\",\"content\":\"",
		"x", 2 * MEGABYTE, "\"}]}", NULL, NULL, NULL},
	    {"a model of 2 MB", "{" MESSAGES ",\"model\":\"", "x", 2 * MEGABYTE,
		"\"}", "invalid_value", "model", NULL},
	    {"a role of 2 MB", "{" MODEL ",\"messages\":[{\"role\":\"", "\\n",
		MEGABYTE, "\",\"content\":\"x\"}]}", "invalid_value",
		"messages[0].role", NULL},
	    {"an effort of 2 MB",
		"{" MODEL "," MESSAGES ",\"reasoning_effort\":\"", "\xc3\xa9",
		MEGABYTE, "\"}", "invalid_value", "reasoning_effort", NULL},
	    {"a name of 2 MB, twice", "{\"model\":1,\"", "x", 2 * MEGABYTE,
		"\":1,\"model\":2}", JSON, "model", "occurs twice"},
	    {"a type of 2 MB",
		"{" MODEL ",\"messages\":[{\"role\":\"user\",\"content\":[{"
		"\"type\":\"",
		"x", 2 * MEGABYTE, "\"}]}]}", "invalid_value",
		"messages[0].content[0].type", NULL},
	    {"lists in lists", "", "[", 1000, "", JSON, NULL, "100 levels"},
	    {"objects in objects", "", "{\"a\":", 50000, "", JSON, NULL,
		"100 levels"},
	    {"both", "{\"messages\":", "[{\"a\":", 30000, "", JSON, NULL,
		"100 levels"},
	    {"ten million lists in lists", "", "[", 10 * MEGABYTE, "", JSON,
		NULL, "too many values"},
	    {"many lists", "{\"a\":[0", ",[]", 200000, "]}", JSON, NULL,
		"too many values"},
	    {"many objects", "{\"messages\":[{}", ",{}", 200000, "]}", JSON,
		NULL, "too many values"},
	    {"many numbers", "{\"stop\":[0", ",1", 2 * MEGABYTE, "]}", JSON,
		NULL, "too many values"},
	    {"many members", "{\"a\":0", ",\"a\":0", MEGABYTE, "}", JSON, NULL,
		"too many values"},
	    {"many commas", "{\"a\":[", ",", MEGABYTE, "]}", JSON, NULL, NULL},
	    {"many messages",
		"{" MODEL
		",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}",
		",{\"role\":\"user\",\"content\":\"a\"}", 90000, "]}", NULL,
		NULL, NULL},
	};
	read_bodies(rows, COUNT_OF(rows));
}

static void
test_numbers(void)
{
#define FIELD(name) "{" MODEL "," MESSAGES ",\"" name "\":"
	static const struct body rows[] = {
	    {"1e400", FIELD("temperature"), "", 0, "1e400}",
		"decimal_above_max_value", "temperature", NULL},
	    {"-1e400", FIELD("temperature"), "", 0, "-1e400}",
		"decimal_below_min_value", "temperature", NULL},
	    {"1e-400", FIELD("temperature"), "", 0, "1e-400}", NULL, NULL,
		NULL},
	    {"1e400, whole", FIELD("max_tokens"), "", 0, "1e400}",
		"invalid_type", "max_tokens", "beyond all bounds"},
	    {"100000 digits", FIELD("max_tokens") "1", "0", 100000, "}",
		"invalid_type", "max_tokens", "beyond all bounds"},
	    {"100000 digits, bounded", FIELD("n") "9", "9", 100000, "}",
		"invalid_type", "n", "beyond all bounds"},
	    {"20 digits", FIELD("n") "9", "9", 19, "}",
		"integer_above_max_value", "n", NULL},
	    {"100000 decimals", FIELD("temperature") "0.", "3", 100000, "}",
		NULL, NULL, NULL},
	    {"a long exponent", FIELD("temperature") "1e", "9", 100000, "}",
		"decimal_above_max_value", "temperature", NULL},
	    {"a long negative exponent", FIELD("temperature") "1e-", "9",
		100000, "}", NULL, NULL, NULL},
	    {"a long seed", FIELD("seed"), "7", 30, "}", NULL, NULL, NULL},
	    {"zeros in front", FIELD("n"), "0", 100000, "1}", JSON, NULL,
		"number is malformed"},
	    {"no digits", FIELD("n"), "-", 100000, "}", JSON, NULL,
		"number is malformed"},
	    {"NaN", FIELD("temperature"), "", 0, "NaN}", JSON, NULL,
		"not JSON"},
	    {"Infinity", FIELD("temperature"), "", 0, "-Infinity}", JSON, NULL,
		"number is malformed"},
	    {"hex", FIELD("n"), "", 0, "0x1}", JSON, NULL, NULL},
	    {"a plus", FIELD("n"), "", 0, "+1}", JSON, NULL, NULL},
	};
	read_bodies(rows, COUNT_OF(rows));
}

static void
test_twice(void)
{
	static const struct body rows[] = {
	    {"at the top", "{" MODEL "," MODEL "," MESSAGES "}", "", 0, "",
		JSON, "model", "'model'"},
	    {"even if the values agree",
		"{" MODEL ",\"n\":1," MESSAGES ",\"n\":1}", "", 0, "", JSON,
		"n", "occurs twice"},
	    {"even if nobody reads it",
		"{" MODEL ",\"metadata\":{\"x\":1,\"x\":2}," MESSAGES "}", "",
		0, "", JSON, "metadata.x", NULL},
	    {"in a message",
		"{" MODEL
		",\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
		"{\"role\":\"user\",\"content\":[{\"type\":\"text\","
		"\"text\":\"a\",\"text\":\"b\"}]}]}",
		"", 0, "", JSON, "messages[1].content[0].text", NULL},
	    {"escaped", "{" MODEL ",\"\\u006dodel\":\"x\"," MESSAGES "}", "", 0,
		"", JSON, "model", NULL},
	    {"a long path", "{\"a\":{\"", "\xc3\xa9", 500,
		"\":{\"b\":1,\"b\":2}}}", JSON,
		"a."
		"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3"
		"\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
		"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3"
		"\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
		"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3"
		"\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
		"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3"
		"\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
		"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3"
		"\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
		"\xc3\xa9\xc3\xa9\xc3\xa9",
		NULL},
	    {"a path that is too long", "{\"", "x", MEGABYTE,
		"\":{\"b\":1,\"b\":2}}", JSON, NULL, "occurs twice"},
	    {"not in one object",
		"{" MODEL ",\"metadata\":{\"model\":\"x\"}," MESSAGES "}", "",
		0, "", NULL, NULL, NULL},
	};
	read_bodies(rows, COUNT_OF(rows));
}

static CU_TestInfo tests[] = {
    {"texts that are no JSON", test_texts},
    {"large and deep ones", test_large},
    {"numbers", test_numbers},
    {"names that occur twice", test_twice},
    CU_TEST_INFO_NULL,
};

struct unit_suite chat_body_suite = {"protocol/chat_body", tests};
