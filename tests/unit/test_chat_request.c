/*
 * protocol/chat_request: what the golden files cannot hold: bodies that are
 * no JSON, and what is read besides the body for Gemini.
 */
#include "protocol/chat_request.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "unit.h"

#define HI "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
#define WITH(fields) "{\"model\":\"gemini-2.5-flash\"," HI "," fields "}"

static const struct chat_policy no_policy;

/* As a handler does it: parse, then read. */
static bool
read_body(struct chat_request *req, const char *body, size_t len,
    const struct chat_policy *policy, struct api_error *error)
{
	struct json_object *o = chat_body_parse(body, len, error);
	*req = (struct chat_request){0};
	bool ok = o != NULL && chat_request_read(req, o, policy, error);
	json_object_put(o);
	return ok;
}

static void
test_bad_bodies(void)
{
	static const struct {
		const char *name, *body, *message;
	} rows[] = {
	    {"empty", "", "valid JSON"},
	    {"cut", "{\"model\":", "middle of a value"},
	    {"text", "hello", "valid JSON"},
	    {"null", "null", "valid JSON"},
	    {"array", "[]", "must be a JSON object"},
	    {"string", "\"x\"", "must be a JSON object"},
	    {"number", "7", "must be a JSON object"},
	    {"two values", "{}{}", "valid JSON"},
	    {"not UTF-8", "{\"model\":\"\xff\"}", "UTF-8"},
	    {"no number", "{\"temperature\":NaN}", "valid JSON"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct chat_request req;
		struct api_error error = {0};
		bool ok = read_body(&req, rows[i].body, strlen(rows[i].body),
		    &no_policy, &error);
		UNIT_ROW(!ok, rows[i].name);
		UNIT_ROW(error.fault == FAULT_BAD_JSON, rows[i].name);
		UNIT_ROW(error.param == NULL, rows[i].name);
		UNIT_ROW(error.message != NULL &&
			strstr(error.message, rows[i].message) != NULL,
		    rows[i].name);
		api_error_clear(&error);
		chat_request_clear(&req);
	}
}

static void
test_deep_body(void)
{
	struct buf body;
	struct chat_request req;
	struct api_error error = {0};
	buf_init(&body, BUF_LARGE);
	for (int i = 0; i < 100000; i++)
		buf_str(&body, "{\"a\":[");
	CU_ASSERT_FALSE(
	    read_body(&req, body.data, body.len, &no_policy, &error));
	CU_ASSERT_EQUAL(error.fault, FAULT_BAD_JSON);
	api_error_clear(&error);
	chat_request_clear(&req);
	buf_clear(&body);
}

static void
test_members(void)
{
	static const struct {
		const char *name, *body;
		bool stream, usage, single, json;
		int n;
	} rows[] = {
	    {"nothing", WITH("\"x\":1"), false, false, false, false, 1},
	    {"stream", WITH("\"stream\":true"), true, false, false, false, 1},
	    {"stream false", WITH("\"stream\":false"), false, false, false,
		false, 1},
	    {"usage",
		WITH("\"stream_options\":{\"include_usage\":true},"
		     "\"stream\":true"),
		true, true, false, false, 1},
	    {"usage without stream",
		WITH("\"stream_options\":{\"include_usage\":true}"), false,
		false, false, false, 1},
	    {"no usage",
		WITH("\"stream_options\":{\"include_usage\":false},"
		     "\"stream\":true"),
		true, false, false, false, 1},
	    {"single call", WITH("\"parallel_tool_calls\":false"), false, false,
		true, false, 1},
	    {"many calls", WITH("\"parallel_tool_calls\":true"), false, false,
		false, false, 1},
	    {"JSON", WITH("\"response_format\":{\"type\":\"json_object\"}"),
		false, false, false, true, 1},
	    {"schema",
		WITH("\"response_format\":{\"type\":\"json_schema\","
		     "\"json_schema\":{\"schema\":{}}}"),
		false, false, false, true, 1},
	    {"text", WITH("\"response_format\":{\"type\":\"text\"}"), false,
		false, false, false, 1},
	    {"n", WITH("\"n\":4"), false, false, false, false, 4},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct chat_request req;
		struct api_error error = {0};
		bool ok = read_body(&req, rows[i].body, strlen(rows[i].body),
		    &no_policy, &error);
		UNIT_ROW(ok, rows[i].name);
		UNIT_ROW(req.stream == rows[i].stream, rows[i].name);
		UNIT_ROW(req.include_usage == rows[i].usage, rows[i].name);
		UNIT_ROW(req.single_call == rows[i].single, rows[i].name);
		UNIT_ROW(req.json_wanted == rows[i].json, rows[i].name);
		UNIT_ROW(req.n == rows[i].n, rows[i].name);
		UNIT_ROW(!req.legacy_functions, rows[i].name);
		api_error_clear(&error);
		chat_request_clear(&req);
	}
}

/* The client's own name for the model is kept beside ours (case 46). */
static void
test_model(void)
{
	static const char body[] =
	    "{\"model\":\"models/gemini-3.8-flash\"," HI "}";
	struct chat_request req;
	struct api_error error = {0};
	CU_ASSERT_TRUE_FATAL(
	    read_body(&req, body, sizeof(body) - 1, &no_policy, &error));
	CU_ASSERT_STRING_EQUAL(req.asked_model, "models/gemini-3.8-flash");
	CU_ASSERT_STRING_EQUAL(req.model, "gemini-3.8-flash");
	CU_ASSERT_EQUAL(req.traits.family, MODEL_G3B);
	CU_ASSERT_PTR_NULL(json_get(req.gemini, "model"));
	chat_request_clear(&req);
	chat_request_clear(&req);

	/* A NUL does not end a name early. */
	static const char nul[] =
	    "{\"model\":\"gemini-3.8-flash\\u0000/x\"," HI "}";
	CU_ASSERT_FALSE(
	    read_body(&req, nul, sizeof(nul) - 1, &no_policy, &error));
	CU_ASSERT_EQUAL(error.fault, FAULT_BAD_VALUE);
	CU_ASSERT(unit_same(error.param, "model"));
	api_error_clear(&error);
	chat_request_clear(&req);
}

/* The messages say what was expected and what came, as OpenAI's do. */
static void
test_words(void)
{
	static const struct {
		const char *body, *message;
	} rows[] = {
	    {"{" HI "}", "Missing required parameter: 'model'."},
	    {WITH("\"temperature\":\"0.5\""),
		"Invalid type for 'temperature': expected a decimal, but got "
		"a string instead."},
	    {WITH("\"temperature\":2.5"),
		"Invalid 'temperature': decimal above maximum value. Expected "
		"a value <= 2, but got 2.5 instead."},
	    {WITH("\"n\":0"),
		"Invalid 'n': integer below minimum value. Expected a value "
		">= 1, but got 0 instead."},
	    {WITH("\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]"),
		"Invalid 'stop': array too long. Expected an array with "
		"maximum length 5, but got an array with length 6 instead."},
	    {WITH("\"response_format\":{\"type\":\"xml\"}"),
		"Invalid value: 'xml'. Supported values are: 'text', "
		"'json_object' and 'json_schema'."},
	    {WITH("\"tools\":[{}]"),
		"Missing required parameter: 'tools[0].type'."},
	    {"{\"model\":\"x\",\"messages\":[]}",
		"Invalid 'messages': empty array. Expected an array with "
		"minimum length 1, but got an empty array instead."},
	    {WITH("\"reasoning_effort\":\""
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		  "aaaaaaaa\xc3\xa9\xc3\xa9\xc3\xa9\""),
		"Invalid value: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaa'. Supported values are: 'none', "
		"'minimal', 'low', 'medium', 'high', 'xhigh' and 'max'."},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct chat_request req;
		struct api_error error = {0};
		CU_ASSERT_FALSE(read_body(&req, rows[i].body,
		    strlen(rows[i].body), &no_policy, &error));
		UNIT_ROW(
		    unit_same(error.message, rows[i].message), rows[i].message);
		api_error_clear(&error);
		chat_request_clear(&req);
	}
}

/* The policy is borrowed: many requests later it is what it was. */
static void
test_policy(void)
{
	static const char list[] = "[{\"category\":\"c\",\"threshold\":\"t\"}]";
	struct json_object *safety = json_parse(list, sizeof(list) - 1, NULL);
	const struct chat_policy policy = {.safety = safety};
	for (int i = 0; i < 3; i++) {
		static const char body[] = WITH("\"x\":1");
		struct chat_request req;
		struct api_error error = {0};
		CU_ASSERT_TRUE(
		    read_body(&req, body, sizeof(body) - 1, &policy, &error));
		CU_ASSERT_EQUAL(
		    json_count(json_get(req.gemini, "safetySettings")), 1);
		chat_request_clear(&req);
	}
	CU_ASSERT_EQUAL(json_count(safety), 1);
	json_object_put(safety);
}

static CU_TestInfo tests[] = {
    {"bodies that are no JSON object", test_bad_bodies},
    {"a body without end", test_deep_body},
    {"what is read besides the body", test_members},
    {"the model's two names", test_model},
    {"the words of refusals", test_words},
    {"the policy stays the caller's", test_policy},
    CU_TEST_INFO_NULL,
};

struct unit_suite chat_request_suite = {"protocol/chat_request", tests};
