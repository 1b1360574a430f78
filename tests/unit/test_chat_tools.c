/*
 * protocol/chat_tools and its neighbours: what is kept of the tools besides
 * the body for Gemini, which the golden files hold.
 */
#include "protocol/chat_tools.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"
#include "protocol/chat_builtin.h"
#include "protocol/chat_fields.h"
#include "protocol/chat_request.h"
#include "unit.h"

#define BODY(more)                                                 \
	"{\"model\":\"gemini-3.8-flash\",\"messages\":[{\"role\":" \
	"\"user\",\"content\":\"hi\"}]," more "}"
#define FUNCTION(name) \
	"{\"type\":\"function\",\"function\":{\"name\":\"" name "\"}}"

static const struct chat_policy named = {.named_built_ins = true};

static bool
read_text(struct chat_request *req, const char *text)
{
	struct api_error error = {0};
	struct json_object *body = chat_body_parse(text, strlen(text), &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(body);
	bool ok = chat_request_read(req, body, &named, &error);
	json_object_put(body);
	api_error_clear(&error);
	return ok;
}

/* What the answer will be told by. */
static void
test_answer(void)
{
	static const struct {
		const char *body, *client, *gemini;
		bool legacy, custom;
	} rows[] = {
	    {BODY("\"tools\":[" FUNCTION("3f") "]"), "3f", "_3f", false, false},
	    {BODY("\"functions\":[{\"name\":\"f\"}]"), "f", "f", true, false},
	    {BODY("\"functions\":[{\"name\":\"f\"}],\"tools\":[" FUNCTION(
		 "g") "]"),
		"f", "f", false, false},
	    {BODY("\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":"
		  "\"a b\"}}],\"functions\":[]"),
		"a b", "a_b", false, true},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct chat_request req;
		UNIT_ROW(read_text(&req, rows[i].body), rows[i].body);
		UNIT_ROW(req.legacy_functions == rows[i].legacy, rows[i].body);
		const struct tool_name *name =
		    tool_names_back(&req.names, rows[i].gemini);
		CU_ASSERT_PTR_NOT_NULL_FATAL(name);
		UNIT_ROW(unit_same(name->client, rows[i].client), rows[i].body);
		UNIT_ROW(name->custom == rows[i].custom, rows[i].body);
		chat_request_clear(&req);
	}
}

/* The client's body is read again when the settings change. */
static void
test_body_is_kept(void)
{
	static const char text[] = BODY("\"tools\":[" FUNCTION(
	    "3f") ",{\"googleSearch\":{}},"
		  "{\"type\":\"function\",\"function\":{\"name\":\"g\","
		  "\"parameters\":{\"type\":\"object\",\"properties\":{\"a\":"
		  "{\"$ref\":\"#/definitions/x\",\"title\":\"t\"}}}}}],"
		  "\"tool_choice\":\"required\"");
	static const char history[] =
	    "[{\"role\":\"assistant\",\"content\":\"a\",\"tool_calls\":[{"
	    "\"id\":\"c\",\"function\":{\"name\":\"3f\",\"arguments\":"
	    "\"{}\"}}],\"extra_content\":{\"google\":{"
	    "\"thought_signature\":\"QQ==\"}}},{\"role\":\"tool\","
	    "\"tool_call_id\":\"c\",\"content\":[{\"type\":\"text\","
	    "\"text\":\"1\"}]}]";
	struct json_object *body = json_parse(text, sizeof(text) - 1, NULL);
	json_set(
	    body, "messages", json_parse(history, sizeof(history) - 1, NULL));
	struct buf before, after, first, second;
	buf_init(&before, BUF_SMALL);
	buf_init(&after, BUF_SMALL);
	buf_init(&first, BUF_SMALL);
	buf_init(&second, BUF_SMALL);
	json_write(&before, body);

	struct buf *const bodies[] = {&first, &second};
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		struct chat_request req;
		struct api_error error = {0};
		CU_ASSERT_TRUE(chat_request_read(&req, body, &named, &error));
		chat_signatures_apply(&req, NULL, "");
		json_write(bodies[i], req.gemini);
		chat_request_clear(&req);
		api_error_clear(&error);
	}
	json_write(&after, body);
	CU_ASSERT(unit_same(buf_cstr(&before), buf_cstr(&after)));
	CU_ASSERT(first.len > 0);
	CU_ASSERT(unit_same(buf_cstr(&first), buf_cstr(&second)));
	buf_clear(&before);
	buf_clear(&after);
	buf_clear(&first);
	buf_clear(&second);
	json_object_put(body);
}

static void
test_builtins(void)
{
	static const struct {
		const char *name;
		int which; /* -1: none */
	} rows[] = {
	    {"googleSearch", BUILTIN_SEARCH},
	    {"google_search", BUILTIN_SEARCH},
	    {"urlContext", BUILTIN_URL_CONTEXT},
	    {"url_context", BUILTIN_URL_CONTEXT},
	    {"codeExecution", BUILTIN_CODE},
	    {"code_execution", BUILTIN_CODE},
	    {"GoogleSearch", -1},
	    {"googleSearchRetrieval", -1},
	    {"", -1},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		enum builtin which = BUILTIN_SEARCH;
		bool found = chat_builtin_find(rows[i].name, &which);
		UNIT_ROW(found == (rows[i].which >= 0), rows[i].name);
		UNIT_ROW(!found || (int)which == rows[i].which, rows[i].name);
	}

	/* A set: in its own order, each once. */
	struct chat_build b = {0};
	struct json_object *tools = json_object_new_array();
	struct buf text;
	buf_init(&text, BUF_SMALL);
	chat_builtin_add(&b, BUILTIN_CODE);
	chat_builtin_add(&b, BUILTIN_SEARCH);
	chat_builtin_add(&b, BUILTIN_CODE);
	chat_builtin_write(&b, tools);
	json_write(&text, tools);
	CU_ASSERT(unit_same(
	    buf_cstr(&text), "[{\"googleSearch\":{}},{\"codeExecution\":{}}]"));
	json_object_put(tools);
	buf_clear(&text);
}

/* The ceiling itself is legal. */
static void
test_ceiling(void)
{
	struct buf body;
	buf_init(&body, BUF_LARGE);
	buf_str(&body,
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\","
	    "\"content\":\"a\"}],\"tools\":[");
	for (int i = 0; i < 512; i++)
		buf_fmt(&body,
		    "%s{\"type\":\"function\",\"function\":{\"name\":"
		    "\"f%d\"}}",
		    i == 0 ? "" : ",", i);
	buf_str(&body, "]}");
	struct chat_request req;
	CU_ASSERT_TRUE(read_text(&req, buf_cstr(&body)));
	CU_ASSERT_EQUAL(req.names.count, 512);
	chat_request_clear(&req);
	buf_clear(&body);
}

static CU_TestInfo tests[] = {
    {"what the answer needs", test_answer},
    {"the client's body is kept", test_body_is_kept},
    {"built-in tools", test_builtins},
    {"512 functions", test_ceiling},
    CU_TEST_INFO_NULL,
};

struct unit_suite chat_tools_suite = {"protocol/chat_tools", tests};
