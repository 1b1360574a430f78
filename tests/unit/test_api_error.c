/* Tests of the error table and its two writers. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "protocol/api_error.h"

#define INV "invalid_request_error"
#define SRV "server_error"

/* Contract sections 3.1 and 3.3, one row per fault. */
static const struct {
	const char *name;
	enum api_fault fault;
	int status;
	const char *type, *code, *param;
	int google_code;
	const char *google_status;
	bool may_retry;
} rows[] = {
    {"no credential", FAULT_NO_CREDENTIAL, 401, INV, NULL, NULL, 401,
	"UNAUTHENTICATED", false},
    {"bad credential", FAULT_BAD_CREDENTIAL, 401, INV, "invalid_api_key", NULL,
	400, "INVALID_ARGUMENT", false},
    {"access denied", FAULT_ACCESS_DENIED, 403, INV, "access_denied", NULL, 403,
	"PERMISSION_DENIED", false},
    {"model not allowed", FAULT_MODEL_NOT_ALLOWED, 403, INV,
	"model_not_allowed", "model", 403, "PERMISSION_DENIED", false},
    {"unknown url", FAULT_UNKNOWN_URL, 404, INV, "unknown_url", NULL, 404,
	"NOT_FOUND", false},
    {"method", FAULT_METHOD, 405, INV, "method_not_supported", NULL, 405,
	"UNIMPLEMENTED", false},
    {"too large", FAULT_TOO_LARGE, 413, INV, "request_too_large", NULL, 413,
	"INVALID_ARGUMENT", false},
    {"media type", FAULT_MEDIA_TYPE, 415, INV, "unsupported_media_type", NULL,
	415, "INVALID_ARGUMENT", false},
    {"bad json", FAULT_BAD_JSON, 400, INV, "invalid_json", NULL, 400,
	"INVALID_ARGUMENT", false},
    {"missing field", FAULT_MISSING_FIELD, 400, INV,
	"missing_required_parameter", NULL, 400, "INVALID_ARGUMENT", false},
    {"wrong type", FAULT_WRONG_TYPE, 400, INV, "invalid_type", NULL, 400,
	"INVALID_ARGUMENT", false},
    {"out of range", FAULT_OUT_OF_RANGE, 400, INV, "invalid_value", NULL, 400,
	"INVALID_ARGUMENT", false},
    {"bad value", FAULT_BAD_VALUE, 400, INV, "invalid_value", NULL, 400,
	"INVALID_ARGUMENT", false},
    {"unsupported field", FAULT_UNSUPPORTED_FIELD, 400, INV,
	"unsupported_parameter", NULL, 400, "INVALID_ARGUMENT", false},
    {"unsupported value", FAULT_UNSUPPORTED_VALUE, 400, INV,
	"unsupported_value", NULL, 400, "INVALID_ARGUMENT", false},
    {"model not found", FAULT_MODEL_NOT_FOUND, 404, INV, "model_not_found",
	"model", 404, "NOT_FOUND", false},
    {"prompt too long", FAULT_PROMPT_TOO_LONG, 400, INV,
	"context_length_exceeded", "messages", 400, "INVALID_ARGUMENT", false},
    {"bad argument", FAULT_BAD_ARGUMENT, 400, INV, "invalid_argument", NULL,
	400, "INVALID_ARGUMENT", false},
    {"not found", FAULT_NOT_FOUND, 404, INV, "not_found", NULL, 404,
	"NOT_FOUND", false},
    {"blocked prompt", FAULT_PROMPT_BLOCKED, 400, INV, "content_filter",
	"messages", 400, "INVALID_ARGUMENT", false},
    {"content policy", FAULT_CONTENT_POLICY, 400, INV,
	"content_policy_violation", "prompt", 400, "INVALID_ARGUMENT", false},
    {"client limit", FAULT_CLIENT_LIMIT, 429, "requests",
	"token_limit_exceeded", NULL, 429, "RESOURCE_EXHAUSTED", true},
    {"client tokens", FAULT_CLIENT_TOKENS, 429, "tokens",
	"token_limit_exceeded", NULL, 429, "RESOURCE_EXHAUSTED", true},
    {"client budget", FAULT_CLIENT_BUDGET, 429, "insufficient_quota",
	"token_limit_exceeded", NULL, 429, "RESOURCE_EXHAUSTED", true},
    {"resting", FAULT_RESTING, 429, "requests", "rate_limit_exceeded", NULL,
	429, "RESOURCE_EXHAUSTED", true},
    {"tokens", FAULT_TOKENS, 429, "tokens", "rate_limit_exceeded", NULL, 429,
	"RESOURCE_EXHAUSTED", true},
    {"prompt limit", FAULT_PROMPT_LIMIT, 429, "tokens", "rate_limit_exceeded",
	NULL, 429, "RESOURCE_EXHAUSTED", false},
    {"quota", FAULT_QUOTA, 429, "insufficient_quota", "insufficient_quota",
	NULL, 429, "RESOURCE_EXHAUSTED", false},
    {"no key", FAULT_NO_KEY, 503, SRV, "no_upstream_key", NULL, 503,
	"UNAVAILABLE", false},
    {"overloaded", FAULT_OVERLOADED, 503, SRV, "upstream_overloaded", NULL, 503,
	"UNAVAILABLE", true},
    {"upstream", FAULT_UPSTREAM, 502, SRV, "upstream_error", NULL, 500,
	"INTERNAL", true},
    {"timeout", FAULT_TIMEOUT, 504, SRV, "upstream_timeout", NULL, 504,
	"DEADLINE_EXCEEDED", true},
    {"internal", FAULT_INTERNAL, 500, SRV, "internal_error", NULL, 500,
	"INTERNAL", false},
    {"database", FAULT_DATABASE, 503, SRV, "database_unavailable", NULL, 503,
	"UNAVAILABLE", true},
    {"stopped", FAULT_STOPPED, 503, SRV, "gateway_stopped", NULL, 503,
	"UNAVAILABLE", true},
    {"not implemented", FAULT_NOT_IMPLEMENTED, 501, INV, "not_implemented",
	NULL, 501, "UNIMPLEMENTED", false},
    {"client gone", FAULT_CLIENT_GONE, 499, INV, "client_gone", NULL, 499,
	"CANCELLED", false},
};

/* The error as written, parsed again; the caller owns it. */
static struct json_object *
written(const struct api_error *e, enum api_dialect dialect)
{
	struct buf out;
	buf_init(&out, BUF_LARGE);
	api_error_write(e, dialect, &out);
	struct json_object *o = json_parse(buf_cstr(&out), out.len, NULL);
	buf_clear(&out);
	return o;
}

static bool
writes(const struct api_error *e, enum api_dialect dialect, const char *expect)
{
	struct buf out;
	buf_init(&out, BUF_LARGE);
	api_error_write(e, dialect, &out);
	bool same = unit_same(buf_cstr(&out), expect) == 1;
	if (!same)
		unit_row_failed(buf_cstr(&out), expect, __FILE__, __LINE__);
	buf_clear(&out);
	return same;
}

static void
test_openai_rows(void)
{
	CU_ASSERT_EQUAL(COUNT_OF(rows), FAULT__MAX - 1);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct api_error e = {.fault = rows[i].fault};
		struct json_object *o = written(&e, DIALECT_OPENAI);
		struct json_object *error = json_get(o, "error");
		const char *name = rows[i].name;
		UNIT_ROW(api_error_status(&e, DIALECT_OPENAI) == rows[i].status,
		    name);
		UNIT_ROW(api_error_may_retry(&e) == rows[i].may_retry, name);
		UNIT_ROW(json_object_object_length(error) == 4, name);
		UNIT_ROW(json_get_text(error, "message") != NULL, name);
		UNIT_ROW(unit_same(json_get_text(error, "type"), rows[i].type),
		    name);
		UNIT_ROW(
		    unit_same(json_get_text(error, "param"), rows[i].param),
		    name);
		UNIT_ROW(unit_same(json_get_text(error, "code"), rows[i].code),
		    name);
		json_object_put(o);
	}
}

static void
test_google_rows(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct api_error e = {.fault = rows[i].fault};
		struct json_object *o = written(&e, DIALECT_GOOGLE);
		struct json_object *error = json_get(o, "error");
		const char *name = rows[i].name;
		int code = rows[i].google_code;
		UNIT_ROW(api_error_status(&e, DIALECT_GOOGLE) == code, name);
		UNIT_ROW(json_get_int(error, "code", 0) == code, name);
		UNIT_ROW(json_get_text(error, "message") != NULL, name);
		UNIT_ROW(unit_same(json_get_text(error, "status"),
			     rows[i].google_status),
		    name);
		json_object_put(o);
	}
}

/* The form with a word: Google's own, or that of the fault. */
static void
test_word(void)
{
	struct api_error e = {0};
	api_error_set(&e, FAULT_RESTING, NULL, "Of %s.", "projects/4711");
	CU_ASSERT(writes(&e, DIALECT_GOOGLE_WORD,
	    "{\"error\":{\"code\":\"resource_exhausted\",\"message\":"
	    "\"Of projects/[redacted].\"}}"));
	CU_ASSERT_EQUAL(api_error_status(&e, DIALECT_GOOGLE_WORD), 429);
	api_error_set_code(&e, FAULT_BAD_ARGUMENT, "odd", NULL, "No.");
	e.status = 409;
	CU_ASSERT(writes(&e, DIALECT_GOOGLE_WORD,
	    "{\"error\":{\"code\":\"odd\",\"message\":\"No.\"}}"));
	CU_ASSERT_EQUAL(api_error_status(&e, DIALECT_GOOGLE_WORD), 409);
	CU_ASSERT_EQUAL(api_error_status(&e, DIALECT_OPENAI), 409);
	CU_ASSERT_EQUAL(api_error_status(&e, DIALECT_GOOGLE), 400);
	api_error_clear(&e);
}

static void
test_set(void)
{
	struct api_error e = {0};
	CU_ASSERT(!api_error_set(&e, FAULT_WRONG_TYPE, "messages[0].content",
	    "Invalid type for '%s'.", "messages[0].content"));
	CU_ASSERT(writes(&e, DIALECT_OPENAI,
	    "{\"error\":{\"message\":\"Invalid type for "
	    "'messages[0].content'.\",\"type\":\"invalid_request_error\","
	    "\"param\":\"messages[0].content\",\"code\":\"invalid_type\"}}"));

	/* The new message may quote the old one, which then goes. */
	e.retry_ms = 5;
	CU_ASSERT(!api_error_set_code(&e, FAULT_OUT_OF_RANGE,
	    "integer_below_min_value", "n", "n: %s", e.message));
	CU_ASSERT_EQUAL(e.retry_ms, 0);
	CU_ASSERT(writes(&e, DIALECT_OPENAI,
	    "{\"error\":{\"message\":\"n: Invalid type for "
	    "'messages[0].content'.\",\"type\":\"invalid_request_error\","
	    "\"param\":\"n\",\"code\":\"integer_below_min_value\"}}"));

	CU_ASSERT(!api_error_set(&e, FAULT_INTERNAL, NULL, "x"));
	CU_ASSERT_PTR_NULL(e.code);
	CU_ASSERT_PTR_NULL(e.param);
	api_error_clear(&e);
	CU_ASSERT_EQUAL(e.fault, FAULT_NONE);
	CU_ASSERT_PTR_NULL(e.message);
	CU_ASSERT_EQUAL(api_error_status(&e, DIALECT_OPENAI), 200);
}

/* Case 44: neither a key nor a project gets out, in either dialect. */
static void
test_redaction(void)
{
	const char key[] = "AIzaSyA1234567890abcdefghijklmnopqrstuv";
	struct api_error e = {0};
	api_error_set(&e, FAULT_UPSTREAM, NULL,
	    "Consumer 'api_key:%s' of projects/123456789012 is\nsuspended",
	    key);
	for (int dialect = 0; dialect < 2; dialect++) {
		struct buf out;
		buf_init(&out, BUF_SMALL);
		api_error_write(&e, (enum api_dialect)dialect, &out);
		CU_ASSERT_PTR_NULL(strstr(buf_cstr(&out), key));
		CU_ASSERT_PTR_NULL(strstr(buf_cstr(&out), "123456789012"));
		CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&out), "suspended"));
		CU_ASSERT_PTR_NULL(strchr(buf_cstr(&out), '\n'));
		buf_clear(&out);
	}

	/* Bytes that are no text do not make the answer invalid. */
	api_error_set(&e, FAULT_UNKNOWN_URL, NULL, "Unknown: /\xff\xfe\"x");
	CU_ASSERT(writes(&e, DIALECT_OPENAI,
	    "{\"error\":{\"message\":\"Unknown: /\?\?\\\"x\",\"type\":"
	    "\"invalid_request_error\",\"param\":null,\"code\":"
	    "\"unknown_url\"}}"));
	api_error_clear(&e);
}

static void
test_google_details(void)
{
	struct api_error e = {.fault = FAULT_BAD_CREDENTIAL};
	CU_ASSERT(writes(&e, DIALECT_GOOGLE,
	    "{\"error\":{\"code\":400,\"message\":\"API key not valid. Please "
	    "pass a valid API key.\",\"status\":\"INVALID_ARGUMENT\","
	    "\"details\":[{\"@type\":\"type.googleapis.com/google.rpc."
	    "ErrorInfo\",\"reason\":\"API_KEY_INVALID\",\"domain\":"
	    "\"googleapis.com\"}]}}"));

	static const struct {
		const char *name;
		enum api_fault fault;
		int retry_after_s, retry_ms;
		const char *delay;
	} delays[] = {
	    {"rounded up", FAULT_RESTING, 17, 16001, "17s"},
	    {"exact", FAULT_RESTING, 17, 17000, "17s"},
	    {"the true time, not the capped one", FAULT_RESTING, 59, 90500,
		"91s"},
	    {"only the header's", FAULT_RESTING, 5, 0, "5s"},
	    {"unknown", FAULT_RESTING, 0, 0, NULL},
	    {"the longest", FAULT_RESTING, 0, 2147483647, "2147484s"},
	    {"another that may be retried", FAULT_OVERLOADED, 5, 0, "5s"},
	    {"one that may not", FAULT_QUOTA, 5, 5000, NULL},
	};
	for (size_t i = 0; i < COUNT_OF(delays); i++) {
		e = (struct api_error){
		    .fault = delays[i].fault,
		    .retry_after_s = delays[i].retry_after_s,
		    .retry_ms = delays[i].retry_ms,
		};
		struct json_object *o = written(&e, DIALECT_GOOGLE);
		struct json_object *info =
		    json_at(json_path(o, "error", "details", NULL), 0);
		UNIT_ROW(unit_same(json_get_text(info, "retryDelay"),
			     delays[i].delay),
		    delays[i].name);
		json_object_put(o);
	}
}

/* An error of Google's own goes through in its dialect only. */
static void
test_google_given(void)
{
	static const struct {
		const char *name, *google, *text;
		int status;
	} given[] = {
	    {"its own",
		"{\"error\":{\"code\":404,\"message\":\"models/x is not "
		"found\",\"status\":\"NOT_FOUND\"}}",
		"models/x is not found", 404},
	    {"redacted once more",
		"{\"error\":{\"code\":403,\"message\":\"key of "
		"projects/123456\",\"status\":\"PERMISSION_DENIED\"}}",
		"key of projects/[redacted]", 403},
	    {"no JSON", "oops", "m", 400},
	    {"no error", "{\"a\":1}", "m", 400},
	    {"no code that is an error", "{\"error\":{\"code\":200}}", "m",
		400},
	};
	for (size_t i = 0; i < COUNT_OF(given); i++) {
		struct api_error e = {0};
		api_error_set(&e, FAULT_BAD_ARGUMENT, NULL, "m");
		e.google = strdup(given[i].google);
		struct json_object *o = written(&e, DIALECT_GOOGLE);
		UNIT_ROW(
		    api_error_status(&e, DIALECT_GOOGLE) == given[i].status,
		    given[i].name);
		UNIT_ROW(json_get_int(json_get(o, "error"), "code", 0) ==
			given[i].status,
		    given[i].name);
		UNIT_ROW(
		    unit_same(json_get_text(json_get(o, "error"), "message"),
			given[i].text),
		    given[i].name);
		json_object_put(o);

		UNIT_ROW(
		    api_error_status(&e, DIALECT_OPENAI) == 400, given[i].name);
		o = written(&e, DIALECT_OPENAI);
		UNIT_ROW(
		    unit_same(
			json_get_text(json_get(o, "error"), "message"), "m"),
		    given[i].name);
		json_object_put(o);
		api_error_clear(&e);
	}
}

static CU_TestInfo tests[] = {
    {"every fault in OpenAI's words", test_openai_rows},
    {"every fault in Google's words", test_google_rows},
    {"a word for a code", test_word},
    {"setting and replacing", test_set},
    {"messages are redacted and valid", test_redaction},
    {"details of Google's dialect", test_google_details},
    {"an error of Google's own", test_google_given},
    CU_TEST_INFO_NULL,
};

struct unit_suite api_error_suite = {"protocol/api_error", tests};
