/* pool/error_body: what Google says when it says no. */
#include "pool/error_body.h"

#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "google_errors.h"
#include "unit.h"

static void
test_forms(void)
{
#define PLAIN ERROR("503", "UNAVAILABLE", "The model is overloaded.")
#define NESTED                                                          \
	"{\"error\":{\"code\":500,\"status\":\"INTERNAL\",\"message\":" \
	"\"{\\n \\\"error\\\": {\\\"code\\\": 503, \\\"message\\\": "   \
	"\\\"The model is overloaded.\\\", \\\"status\\\": "            \
	"\\\"UNAVAILABLE\\\"}}\\n\"}}"
#define NESTED_PARTLY                                                      \
	"{\"error\":{\"code\":503,\"status\":\"UNAVAILABLE\",\"message\":" \
	"\"[{\\\"error\\\":{\\\"message\\\":"                              \
	"\\\"The model is overloaded.\\\"}}]\"}}"
	static const struct {
		const char *name, *body;
	} rows[] = {
	    {"object", PLAIN},
	    {"array", "[" PLAIN "]"},
	    {"array with more", "[" PLAIN ",{\"error\":{\"code\":1}}]"},
	    {"blanks around", "\r\n " PLAIN " \n"},
	    {"nested in a message", NESTED},
	    {"array with a nested one", "[" NESTED "]"},
	    {"the inner one says less", NESTED_PARTLY},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct error_body e;
		error_body_read(&e, rows[i].body, strlen(rows[i].body));
		UNIT_ROW(e.code == 503, rows[i].name);
		UNIT_ROW(unit_same(e.status, "UNAVAILABLE"), rows[i].name);
		UNIT_ROW(unit_same(e.message, "The model is overloaded."),
		    rows[i].name);
		UNIT_ROW(unit_same(e.google,
			     "{\"error\":{\"code\":503,\"message\":"
			     "\"The model is overloaded.\","
			     "\"status\":\"UNAVAILABLE\"}}"),
		    rows[i].name);
		error_body_clear(&e);
	}
}

/* Newer methods have a word for a code. */
static void
test_word(void)
{
	static const struct {
		const char *body, *word, *status;
	} rows[] = {
	    {"{\"error\":{\"code\":\"resource_exhausted\"}}",
		"resource_exhausted", "RESOURCE_EXHAUSTED"},
	    {"{\"error\":{\"code\":\"odd one\"}}", "", ""},
	    {"{\"error\":{\"code\":\"odd\",\"status\":\"ABORTED\"}}", "odd",
		"ABORTED"},
	    {"{\"error\":{\"code\":\"429\"}}", "", ""},
	    {"{\"error\":{\"code\":429}}", "", ""},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct error_body e;
		error_body_read(&e, rows[i].body, strlen(rows[i].body));
		UNIT_ROW(unit_same(e.word, rows[i].word), rows[i].body);
		UNIT_ROW(unit_same(e.status, rows[i].status), rows[i].body);
		UNIT_ROW(e.google == NULL, rows[i].body);
		error_body_clear(&e);
	}
}

/* An error whose message is an error whose message …: it ends. */
static void
test_deep_nesting(void)
{
	struct buf body, next;
	buf_init(&body, BUF_LARGE);
	buf_init(&next, BUF_LARGE);
	buf_str(&body, "innermost");
	for (int level = 0; level < 8; level++) {
		buf_reset(&next);
		buf_fmt(&next, "{\"error\":{\"code\":%d,\"message\":\"",
		    500 + level);
		for (size_t i = 0; i < body.len; i++) {
			if (body.data[i] == '"' || body.data[i] == '\\')
				buf_byte(&next, '\\');
			buf_byte(&next, body.data[i]);
		}
		buf_str(&next, "\"}}");
		buf_reset(&body);
		buf_add(&body, next.data, next.len);
	}
	struct error_body e;
	error_body_read(&e, body.data, body.len);
	CU_ASSERT_EQUAL(e.code, 504);
	CU_ASSERT_PTR_NOT_NULL(e.message);
	error_body_clear(&e);
	buf_clear(&body);
	buf_clear(&next);
}

static void
test_reason_and_project(void)
{
	static const struct {
		const char *name, *body, *reason, *project;
	} rows[] = {
	    {"consumer",
		DETAILED("403", "PERMISSION_DENIED", "m",
		    INFO("SERVICE_DISABLED", "projects/123456789012")),
		"SERVICE_DISABLED", "123456789012"},
	    {"the message names it",
		DETAILED("403", "PERMISSION_DENIED",
		    "Generative Language API has not been used in project "
		    "987654 before or it is disabled.",
		    ""),
		"", "987654"},
	    {"what a message quotes may be a client's",
		DETAILED("403", "PERMISSION_DENIED",
		    "You do not have permission to access the File projects/55 "
		    "in project 66.",
		    ""),
		"", ""},
	    {"a project by name is none",
		DETAILED("403", "PERMISSION_DENIED", "m",
		    INFO("CONSUMER_INVALID", "projects/my-project")),
		"CONSUMER_INVALID", ""},
	    {"a key is no project",
		DETAILED("403", "PERMISSION_DENIED", "m",
		    INFO("CONSUMER_SUSPENDED", "api_key:AIzaSyX")),
		"CONSUMER_SUSPENDED", ""},
	    {"the first reason counts",
		DETAILED("403", "PERMISSION_DENIED", "m",
		    INFO("FIRST", "") "," INFO("SECOND", "projects/7")),
		"FIRST", "7"},
	    {"a reason is one word",
		DETAILED(
		    "403", "PERMISSION_DENIED", "m", INFO("two words", "")),
		"", ""},
	    {"too long to be a reason",
		DETAILED("403", "PERMISSION_DENIED", "m",
		    INFO("A123456789012345678901234567890123456789"
			 "123456789012345678901234567890",
			"")),
		"", ""},
	    {"digits without end",
		DETAILED("403", "PERMISSION_DENIED", "m",
		    INFO("X",
			"projects/12345678901234567890123456789012"
			"3456789012345678901")),
		"X", ""},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct error_body e;
		error_body_read(&e, rows[i].body, strlen(rows[i].body));
		UNIT_ROW(unit_same(e.reason, rows[i].reason), rows[i].name);
		UNIT_ROW(unit_same(e.project, rows[i].project), rows[i].name);
		error_body_clear(&e);
	}
}

/* Case 44: what a client may see names neither key nor project. */
static void
test_redacted(void)
{
	static const char body[] = DETAILED("403", "PERMISSION_DENIED",
	    "Permission denied: Consumer "
	    "'api_key:AIzaSyA0123456789abcdefghijklmnopqrs-_A' of "
	    "projects/123456789 has been suspended.",
	    INFO("CONSUMER_SUSPENDED", "projects/123456789"));
	struct error_body e;
	error_body_read(&e, body, sizeof(body) - 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(e.message, "AIzaSyA"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(e.google);
	CU_ASSERT_PTR_NULL(strstr(e.google, "AIza"));
	CU_ASSERT_PTR_NULL(strstr(e.google, "123456789"));
	CU_ASSERT_PTR_NULL(strstr(e.google, "details"));
	CU_ASSERT_PTR_NOT_NULL(strstr(e.google, "has been suspended"));
	error_body_clear(&e);
}

static void
test_other_bodies(void)
{
	static const struct {
		const char *name, *body, *message;
	} rows[] = {
	    {"nothing", "", ""},
	    {"blanks", " \n ", ""},
	    {"HTML", "<html>\r\n<body>\n  502\tBad  Gateway\n</body></html>\n",
		"<html> <body> 502 Bad Gateway </body></html>"},
	    {"cut JSON", "{\"error\":{\"code\":503,\"mess",
		"{\"error\":{\"code\":503,\"mess"},
	    {"other JSON", "{\"message\":\"no\"}", "{\"message\":\"no\"}"},
	    {"error as text", "{\"error\":\"no\"}", "{\"error\":\"no\"}"},
	    {"error null", "{\"error\":null}", "{\"error\":null}"},
	    {"empty array", "[]", "[]"},
	    {"number", "17", "17"},
	    {"not UTF-8", "a\xff\xfe z", "a?? z"},
	    {"UTF-8", "Z\xc3\xbcrich", "Z\xc3\xbcrich"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct error_body e;
		error_body_read(&e, rows[i].body, strlen(rows[i].body));
		UNIT_ROW(unit_same(e.message, rows[i].message), rows[i].name);
		UNIT_ROW(e.google == NULL, rows[i].name);
		UNIT_ROW(e.code == 0 && e.status[0] == '\0', rows[i].name);
		UNIT_ROW(e.retry_ms == -1 && e.quota.value == -1, rows[i].name);
		error_body_clear(&e);
	}
}

/* 300 characters are kept of what is not understood, not 300 bytes. */
static void
test_excerpt(void)
{
	struct buf body;
	buf_init(&body, BUF_LARGE);
	for (int i = 0; i < 1000; i++)
		buf_str(&body, "\xc3\xa9");
	struct error_body e;
	error_body_read(&e, body.data, body.len);
	CU_ASSERT_EQUAL(strlen(e.message), 600);
	error_body_clear(&e);
	buf_clear(&body);
}

/* Members of types that nobody expects are passed over. */
static void
test_wrong_types(void)
{
	static const char *const rows[] = {
	    "{\"error\":{\"code\":\"x\",\"message\":7,\"status\":[]}}",
	    "{\"error\":{\"code\":{},\"details\":{}}}",
	    "{\"error\":{\"details\":[null,1,\"x\",[],{}]}}",
	    "{\"error\":{\"details\":[{\"@type\":5}]}}",
	    "{\"error\":{\"details\":[" QUOTA("null,3,{}") "]}}",
	    "{\"error\":{\"details\":[" RETRY("") "," INFO("", "") "]}}",
	    "{\"error\":{\"code\":-5,\"message\":\"\"}}",
	    "{\"error\":{\"code\":99999999999,\"message\":\"{\"}}",
	    "{\"error\":{\"message\":\"[1,2]\"}}",
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct error_body e;
		error_body_read(&e, rows[i], strlen(rows[i]));
		UNIT_ROW(e.code == 0, rows[i]);
		UNIT_ROW(e.message != NULL, rows[i]);
		UNIT_ROW(e.google == NULL, rows[i]);
		UNIT_ROW(e.quota.kind == QUOTA_UNKNOWN, rows[i]);
		error_body_clear(&e);
	}
}

static CU_TestInfo tests[] = {
    {"objects, arrays, errors inside messages", test_forms},
    {"words for codes", test_word},
    {"no end of nesting", test_deep_nesting},
    {"reason and project", test_reason_and_project},
    {"no secret for the client", test_redacted},
    {"bodies that are no error of Google's", test_other_bodies},
    {"an excerpt of characters", test_excerpt},
    {"unexpected types", test_wrong_types},
    CU_TEST_INFO_NULL,
};

struct unit_suite error_body_suite = {"pool/error_body", tests};
