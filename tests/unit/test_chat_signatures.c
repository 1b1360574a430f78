/*
 * protocol/chat_signatures: what is signed with what. Single requests are in
 * the golden files; here is one request that is signed again and again, and
 * what is to be recalled for it.
 */
#include "protocol/chat_signatures.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"
#include "protocol/chat_request.h"
#include "unit.h"

static const struct chat_policy no_policy;

static void
read_text(struct chat_request *req, const char *text)
{
	struct api_error error = {0};
	struct json_object *body = chat_body_parse(text, strlen(text), &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(body);
	CU_ASSERT_TRUE_FATAL(chat_request_read(req, body, &no_policy, &error));
	json_object_put(body);
}

#define CALL(id, more) \
	"{\"id\":\"" id "\",\"function\":{\"name\":\"f\"}" more "}"
#define SIGNED(s) \
	",\"extra_content\":{\"google\":{\"thought_signature\":\"" s "\"}}"
#define RESULT(id) \
	"{\"role\":\"tool\",\"tool_call_id\":\"" id "\",\"content\":\"1\"}"
#define ASKED "{\"role\":\"user\",\"content\":\"hi\"}"
#define BODY(model, more) \
	"{\"model\":\"" model "\",\"messages\":[" ASKED "," more "]}"

/* a and b unsigned; c signed by the client; d unsigned. */
#define STEPS                                                                                 \
	"{\"role\":\"assistant\",\"tool_calls\":[" CALL("a", "") "," CALL("b",                \
	    "") "]}," RESULT("a") "," RESULT("b") ","                                         \
						  "{\"role\":\"assistant\","                  \
						  "\"tool_calls\":"                           \
						  "[" CALL("c", SIGNED("b3du")) "]}," RESULT( \
						      "c") ","                                \
							   "{\"role\":"                       \
							   "\"assistant\","                   \
							   "\"tool_"                          \
							   "calls\":[" CALL(                  \
							       "d",                           \
							       "") "]}"                       \
								   "," RESULT(                \
								       "d")

/* The signatures of all calls, "-" for none, "*" for the bypass. */
static void
write_signatures(struct buf *out, struct json_object *gemini)
{
	struct json_object *contents = json_get(gemini, "contents");
	for (size_t i = 0; i < json_count(contents); i++) {
		struct json_object *parts =
		    json_get(json_at(contents, i), "parts");
		for (size_t k = 0; k < json_count(parts); k++) {
			struct json_object *part = json_at(parts, k);
			const char *s = json_get_text(part, "thoughtSignature");
			if (json_get(part, "functionCall") == NULL)
				continue;
			if (s == NULL)
				s = "-";
			else if (strcmp(s,
				     "skip_thought_signature_validator") == 0)
				s = "*";
			buf_fmt(out, "%s%s", out->len > 0 ? " " : "", s);
		}
	}
}

#define KNOWN(id, s, scope, model)                                     \
	"\"" id "\":{\"signature\":\"" s "\",\"scope\":\"" scope "\"," \
	"\"model\":\"" model "\"}"
#define MODEL "gemini-3.8-flash"

static void
test_apply(void)
{
	static const struct {
		const char *recalled, *scope, *signatures;
	} rows[] = {
	    {"{}", "p1", "* - b3du *"},
	    {"{\"signatures\":{" KNOWN("a", "QQ", "p1", MODEL) "}}", "p1",
		"QQ - b3du *"},
	    {"{\"signatures\":{" KNOWN("a", "QQ", "p1", MODEL) "}}", "p2",
		"* - b3du *"},
	    {"{\"signatures\":{" KNOWN("b", "Qg", "p1", MODEL) "}}", "p1",
		"* - b3du *"},
	    {"{\"signatures\":{" KNOWN("c", "Qw", "p1", MODEL) "}}", "p1",
		"* - b3du *"},
	    {"{\"signatures\":{" KNOWN("c", "Qw", "p1", MODEL) "}}", "p2",
		"* - * *"},
	    {"{\"signatures\":{" KNOWN("c", "Qw", "p1", "other") "}}", "p1",
		"* - * *"},
	    {"{\"bypass\":true}", "p1", "* - * *"},
	    {"{\"bypass\":true,\"signatures\":{" KNOWN(
		 "a", "QQ", "p1", MODEL) "}}",
		"p1", "* - * *"},
	    {"{\"bypass\":false,\"signatures\":{" KNOWN(
		 "a", "QQ", "p1", MODEL) "," KNOWN("d", "RA", "p1", MODEL) "}}",
		"p1", "QQ - b3du RA"},
	    /* What is stored is no more to be trusted than the rest. */
	    {"[]", "p1", "* - b3du *"},
	    {"{\"signatures\":[]}", "p1", "* - b3du *"},
	    {"{\"signatures\":{\"a\":\"QQ\"}}", "p1", "* - b3du *"},
	    {"{\"signatures\":{\"a\":{\"signature\":1,\"scope\":\"p1\","
	     "\"model\":\"" MODEL "\"}}}",
		"p1", "* - b3du *"},
	};
	struct chat_request req;
	read_text(&req, BODY(MODEL, STEPS));
	/* Twice through the table: nothing is left of the row before. */
	for (size_t i = 0; i < 2 * COUNT_OF(rows); i++) {
		size_t row = i % COUNT_OF(rows);
		const char *text = rows[row].recalled;
		struct json_object *recalled =
		    json_parse(text, strlen(text), NULL);
		struct buf line;
		buf_init(&line, BUF_SMALL);
		chat_signatures_apply(&req, recalled, rows[row].scope);
		json_object_put(recalled);
		write_signatures(&line, req.gemini);
		if (!unit_same(buf_cstr(&line), rows[row].signatures))
			fprintf(stderr, "got %s\n", buf_cstr(&line));
		UNIT_ROW(
		    unit_same(buf_cstr(&line), rows[row].signatures), text);
		buf_clear(&line);
	}
	chat_signatures_apply(&req, NULL, "p1");
	struct buf line;
	buf_init(&line, BUF_SMALL);
	write_signatures(&line, req.gemini);
	CU_ASSERT(unit_same(buf_cstr(&line), "* - b3du *"));
	buf_clear(&line);
	chat_request_clear(&req);
}

static void
test_recall(void)
{
	static const struct {
		const char *body, *ids; /* NULL: nothing to recall */
	} rows[] = {
	    {BODY(MODEL, STEPS), "[\"a\",\"b\",\"c\",\"d\"]"},
	    {BODY("gemini-3-flash-preview", STEPS),
		"[\"a\",\"b\",\"c\",\"d\"]"},
	    {BODY("gemini-2.5-flash", STEPS), NULL},
	    {BODY("gemma-3-27b-it", STEPS), NULL},
	    {BODY(MODEL, ASKED), NULL},
	    {BODY(MODEL,
		 "{\"role\":\"assistant\",\"function_call\":{\"name\":"
		 "\"f\"}},{\"role\":\"function\",\"name\":\"f\"}"),
		NULL},
	    {BODY(MODEL,
		 "{\"role\":\"assistant\",\"content\":\"a\"" SIGNED(
		     "QQ") "}," ASKED),
		NULL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct chat_request req;
		read_text(&req, rows[i].body);
		struct json_object *ids = chat_signatures_recall(&req);
		UNIT_ROW((ids == NULL) == (rows[i].ids == NULL), rows[i].body);
		struct buf text;
		buf_init(&text, BUF_SMALL);
		if (ids != NULL)
			json_write(&text, ids);
		UNIT_ROW(ids == NULL || unit_same(buf_cstr(&text), rows[i].ids),
		    rows[i].body);
		buf_clear(&text);
		json_object_put(ids);
		chat_request_clear(&req);
	}
}

/* Of a long history the newest calls count. */
static void
test_recall_many(void)
{
	struct buf body;
	buf_init(&body, BUF_LARGE);
	buf_str(&body, "{\"model\":\"" MODEL "\",\"messages\":[" ASKED);
	for (int i = 0; i < 300; i++)
		buf_fmt(&body,
		    ",{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c%d\","
		    "\"function\":{\"name\":\"f\"}}]},{\"role\":\"tool\","
		    "\"tool_call_id\":\"c%d\",\"content\":\"1\"}",
		    i, i);
	buf_str(&body, "]}");
	struct chat_request req;
	read_text(&req, buf_cstr(&body));
	struct json_object *ids = chat_signatures_recall(&req);
	CU_ASSERT_EQUAL(json_count(ids), 256);
	CU_ASSERT(unit_same(json_object_get_string(json_at(ids, 0)), "c44"));
	CU_ASSERT(unit_same(json_object_get_string(json_at(ids, 255)), "c299"));
	json_object_put(ids);
	chat_request_clear(&req);
	buf_clear(&body);
}

static CU_TestInfo tests[] = {
    {"signing, again and again", test_apply},
    {"what is recalled", test_recall},
    {"what is recalled of many", test_recall_many},
    CU_TEST_INFO_NULL,
};

struct unit_suite chat_signatures_suite = {"protocol/chat_signatures", tests};
