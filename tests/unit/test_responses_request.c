/*
 * protocol/responses_request: what the golden files cannot hold: refusals by
 * the hundred, named as the client wrote the field, and what is read besides
 * the body for Gemini.
 */
#include "protocol/responses_request.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/responses_path.h"
#include "unit.h"

static const struct chat_policy no_policy;

static bool
read_text(struct chat_request *req, const char *text, struct api_error *error)
{
	struct json_object *o = chat_body_parse(text, strlen(text), error);
	*req = (struct chat_request){0};
	bool ok =
	    o != NULL && responses_request_read(req, o, &no_policy, error);
	json_object_put(o);
	return ok;
}

/* A body with these members in it. */
static bool
read_members(
    struct chat_request *req, const char *members, struct api_error *error)
{
	struct buf body;
	buf_init(&body, BUF_SMALL);
	buf_fmt(&body, "{\"model\":\"gemini-2.5-flash\",%s}", members);
	bool ok = read_text(req, buf_cstr(&body), error);
	buf_clear(&body);
	return ok;
}

#define IN(items) "\"input\":[" items "]"
#define HI "\"input\":\"hi\""
#define USER(content) "{\"role\":\"user\",\"content\":" content "}"

/* The message must quote the field, so that it agrees with the param. */
static void
test_refusals(void)
{
	static const struct {
		const char *members, *code, *param;
	} rows[] = {
	    /* input */
	    {"\"x\":1", "missing_required_parameter", "input"},
	    {"\"input\":null", "missing_required_parameter", "input"},
	    {"\"input\":7", "invalid_type", "input"},
	    {"\"input\":{}", "invalid_type", "input"},
	    {"\"input\":\"\"", "invalid_value", "input"},
	    {IN(""), "empty_array", "input"},
	    {IN("7"), "invalid_type", "input[0]"},
	    {IN(USER("\"a\"") ",null"), "invalid_type", "input[1]"},
	    {IN("\"hi\""), "invalid_type", "input[0]"},
	    {IN("[]"), "invalid_type", "input[0]"},
	    {IN("{\"type\":7}"), "invalid_type", "input[0].type"},
	    {IN("{\"type\":\"\"}"), "invalid_value", "input[0].type"},
	    {IN("{\"type\":\"file\"}"), "invalid_value", "input[0].type"},
	    {HI ",\"instructions\":7", "invalid_type", "instructions"},
	    {HI ",\"instructions\":[]", "invalid_type", "instructions"},
	    /* messages */
	    {IN("{\"content\":\"a\"}"), "missing_required_parameter",
		"input[0].role"},
	    {IN("{\"role\":7,\"content\":\"a\"}"), "invalid_type",
		"input[0].role"},
	    {IN("{\"role\":\"tool\",\"content\":\"a\"}"), "invalid_value",
		"input[0].role"},
	    {IN("{\"role\":\"user\"}"), "missing_required_parameter",
		"input[0].content"},
	    {IN(USER("null")), "missing_required_parameter",
		"input[0].content"},
	    {IN(USER("7")), "invalid_type", "input[0].content"},
	    {IN(USER("{}")), "invalid_type", "input[0].content"},
	    {"\"instructions\":\"i\"," IN(USER("\"a\"") "," USER("[7]")),
		"invalid_type", "input[1].content[0]"},
	    {IN(USER("[{}]")), "missing_required_parameter",
		"input[0].content[0].type"},
	    {IN(USER("[{\"type\":\"input_text\",\"text\":\"a\"},"
		     "{\"type\":\"novel\"}]")),
		"invalid_value", "input[0].content[1].type"},
	    {IN(USER("[{\"type\":\"input_text\"}]")),
		"missing_required_parameter", "input[0].content[0].text"},
	    {IN(USER("[{\"type\":\"input_text\",\"text\":{}}]")),
		"invalid_type", "input[0].content[0].text"},
	    {IN(USER("[{\"type\":\"refusal\",\"refusal\":\"a\"}]")),
		"invalid_value", "input[0].content[0].type"},
	    /* calls and what they gave */
	    {IN("{\"type\":\"function_call\",\"name\":\"f\"}"),
		"missing_required_parameter", "input[0].call_id"},
	    {IN("{\"type\":\"function_call\",\"call_id\":7}"), "invalid_type",
		"input[0].call_id"},
	    {IN("{\"type\":\"function_call\",\"call_id\":\"c\"}"),
		"missing_required_parameter", "input[0].name"},
	    {IN("{\"type\":\"custom_tool_call\",\"call_id\":\"c\","
		"\"name\":[]}"),
		"invalid_type", "input[0].name"},
	    {IN("{\"type\":\"function_call_output\",\"output\":\"o\"}"),
		"missing_required_parameter", "input[0].call_id"},
	    {IN("{\"type\":\"custom_tool_call_output\",\"call_id\":[]}"),
		"invalid_type", "input[0].call_id"},
	    /* fields */
	    {HI ",\"background\":1", "invalid_type", "background"},
	    {HI ",\"include\":\"x\"", "invalid_type", "include"},
	    {HI ",\"include\":[\"x\",1]", "invalid_type", "include[1]"},
	    {HI ",\"max_output_tokens\":\"1\"", "invalid_type",
		"max_output_tokens"},
	    {HI ",\"max_output_tokens\":0", "integer_below_min_value",
		"max_output_tokens"},
	    {HI ",\"metadata\":[]", "invalid_type", "metadata"},
	    {HI ",\"parallel_tool_calls\":\"no\"", "invalid_type",
		"parallel_tool_calls"},
	    {HI ",\"service_tier\":1", "invalid_type", "service_tier"},
	    {HI ",\"stream\":\"yes\"", "invalid_type", "stream"},
	    {HI ",\"temperature\":2.5", "decimal_above_max_value",
		"temperature"},
	    {HI ",\"top_logprobs\":21", "integer_above_max_value",
		"top_logprobs"},
	    {HI ",\"top_logprobs\":\"2\"", "invalid_type", "top_logprobs"},
	    {HI ",\"top_p\":-1", "decimal_below_min_value", "top_p"},
	    {HI ",\"truncation\":7", "invalid_type", "truncation"},
	    {HI ",\"truncation\":\"some\"", "invalid_value", "truncation"},
	    {HI ",\"extra_body\":{\"google\":7}", "invalid_type",
		"extra_body.google"},
	    /* reasoning, text */
	    {HI ",\"reasoning\":\"low\"", "invalid_type", "reasoning"},
	    {HI ",\"reasoning\":{\"effort\":7}", "invalid_type",
		"reasoning.effort"},
	    {HI ",\"reasoning\":{\"effort\":\"huge\"}", "invalid_value",
		"reasoning.effort"},
	    {HI ",\"reasoning\":{\"summary\":true}", "invalid_type",
		"reasoning.summary"},
	    {HI ",\"reasoning\":{\"generate_summary\":\"all\"}",
		"invalid_value", "reasoning.generate_summary"},
	    {HI ",\"text\":\"json\"", "invalid_type", "text"},
	    {HI ",\"text\":{\"format\":\"json\"}", "invalid_type",
		"text.format"},
	    {HI ",\"text\":{\"format\":{}}", "missing_required_parameter",
		"text.format.type"},
	    {HI ",\"text\":{\"format\":{\"type\":7}}", "invalid_type",
		"text.format.type"},
	    {HI ",\"text\":{\"format\":{\"type\":\"xml\"}}", "invalid_value",
		"text.format.type"},
	    {HI ",\"text\":{\"format\":{\"type\":\"json_schema\","
		"\"schema\":7}}",
		"invalid_type", "text.format.schema"},
	    /* tools */
	    {HI ",\"tools\":{}", "invalid_type", "tools"},
	    {HI ",\"tools\":[7]", "invalid_type", "tools[0]"},
	    {HI ",\"tools\":[{}]", "missing_required_parameter",
		"tools[0].type"},
	    {HI ",\"tools\":[{\"type\":\"web_search\"},{\"type\":[]}]",
		"invalid_type", "tools[1].type"},
	    {HI ",\"tools\":[{\"type\":\"file_search\"}]", "unsupported_value",
		"tools[0].type"},
	    {HI ",\"tools\":[{\"type\":\"function_x\"}]", "unsupported_value",
		"tools[0].type"},
	    {HI ",\"tool_choice\":{}", "missing_required_parameter",
		"tool_choice.type"},
	    {HI ",\"tool_choice\":{\"type\":\"mcp\"}", "unsupported_value",
		"tool_choice.type"},
	    {HI ",\"tool_choice\":{\"type\":\"allowed_tools\"}",
		"missing_required_parameter", "tool_choice.tools"},
	    {HI ",\"tool_choice\":{\"type\":\"allowed_tools\","
		"\"tools\":\"f\"}",
		"invalid_type", "tool_choice.tools"},
	    {HI ",\"tool_choice\":{\"type\":\"allowed_tools\","
		"\"tools\":[\"f\"]}",
		"invalid_type", "tool_choice.tools[0]"},
	    {HI ",\"tool_choice\":{\"type\":\"allowed_tools\","
		"\"tools\":[{\"type\":\"shell\"}]}",
		"unsupported_value", "tool_choice.tools[0].type"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *row = rows[i].members;
		struct chat_request req;
		struct api_error error = {0};
		struct buf text, quoted;
		buf_init(&text, BUF_SMALL);
		buf_init(&quoted, BUF_SMALL);
		UNIT_ROW(!read_members(&req, row, &error), row);
		api_error_write(&error, DIALECT_OPENAI, &text);
		struct json_object *o =
		    json_parse(buf_cstr(&text), text.len, NULL);
		struct json_object *told = json_get(o, "error");
		UNIT_ROW(
		    unit_same(json_get_text(told, "code"), rows[i].code), row);
		UNIT_ROW(unit_same(json_get_text(told, "param"), rows[i].param),
		    row);
		UNIT_ROW(api_error_status(&error, DIALECT_OPENAI) == 400, row);
		UNIT_ROW(strstr(error.message, "messages") == NULL, row);

		/* Words that are not understood are quoted instead. */
		bool words = strcmp(rows[i].code, "invalid_value") == 0 ||
		    strcmp(rows[i].code, "unsupported_value") == 0;
		buf_fmt(&quoted, "'%s'", rows[i].param);
		UNIT_ROW(
		    words || strstr(error.message, buf_cstr(&quoted)) != NULL,
		    row);
		json_object_put(o);
		buf_clear(&text);
		buf_clear(&quoted);
		api_error_clear(&error);
		chat_request_clear(&req);
	}
}

/* What may stand anywhere, in any field and any member of an item. */
static const char *const values[] = {"null", "true", "0", "-1", "1e400", "0.5",
    "\"\"", "\"auto\"", "\"function\"", "[]", "[[]]", "[null]", "{}",
    "[{\"type\":\"function\"}]", "{\"type\":\"function\"}",
    "[{\"type\":\"custom\",\"name\":{}}]",
    "{\"type\":\"allowed_tools\",\"mode\":1,\"tools\":[{\"type\":\"custom\"}]}",
    "{\"format\":{\"type\":\"json_schema\",\"name\":[],\"strict\":1}}",
    "{\"effort\":[],\"summary\":{}}"};

/* Whatever is refused is refused by the name of its field. */
static void
test_any_value(void)
{
	static const char *const forms[] = {
	    HI ",\"%s\":%s",
	    IN("{\"type\":\"message\",\"role\":\"user\",\"%s\":%s}"),
	    IN("{\"type\":\"function_call\",\"%s\":%s}"),
	    IN("{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\","
	       "\"%s\":%s}"),
	    IN("{\"type\":\"function_call_output\",\"call_id\":\"c\","
	       "\"%s\":%s}"),
	    IN("{\"type\":\"reasoning\",\"%s\":%s}"),
	    HI ",\"tools\":[{\"type\":\"function\",\"%s\":%s}]",
	    HI ",\"tool_choice\":{\"type\":\"allowed_tools\",\"%s\":%s}",
	};
	static const char *const names[] = {"instructions", "background",
	    "include", "metadata", "reasoning", "text", "top_logprobs",
	    "truncation", "stream", "max_output_tokens", "temperature", "top_p",
	    "parallel_tool_calls", "service_tier", "tools", "tool_choice",
	    "store", "content", "role", "arguments", "output", "name",
	    "call_id", "encrypted_content", "summary", "parameters", "strict",
	    "mode"};
	int refused = 0;
	for (size_t f = 0; f < COUNT_OF(forms); f++)
		for (size_t n = 0; n < COUNT_OF(names) * COUNT_OF(values);
		     n++) {
			const char *name = names[n % COUNT_OF(names)];
			const char *value = values[n / COUNT_OF(names)];
			char members[512];
			struct chat_request req;
			struct api_error error = {0};
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			snprintf(
			    members, sizeof(members), forms[f], name, value);
#pragma GCC diagnostic pop
			bool ok = read_members(&req, members, &error);
			refused += !ok;
			UNIT_ROW(ok || error.param != NULL, members);
			UNIT_ROW(ok || strncmp(error.param, "messages", 8) != 0,
			    members);
			api_error_clear(&error);
			chat_request_clear(&req);
		}
	CU_ASSERT(refused > 1000);
}

/* Paths that only the parts of a chat that are not OpenAI's can have. */
static void
test_paths(void)
{
	static const struct {
		const char *chat, *client;
	} rows[] = {
	    {"messages", "input"},
	    {"messages[0]", "instructions"},
	    {"messages[0].content", "instructions"},
	    {"messages[1].content[2].image_url",
		"input[0].content[2].image_url"},
	    {"messages[2].tool_calls[0].function.arguments",
		"input[1].arguments"},
	    {"messages[2].tool_calls[0].function", "input[1]"},
	    {"messages[2].tool_calls[0].function.name", "input[1].name"},
	    {"messages[2].tool_calls[1].custom.input", "input[3].input"},
	    {"messages[2].tool_calls[1].id", "input[3].call_id"},
	    {"messages[2].tool_calls[1].type", "input[3].type"},
	    {"messages[2]", "input[1]"},
	    {"messages[3].tool_call_id", "input[4].call_id"},
	    {"messages[3].content[0].text", "input[4].output[0].text"},
	    {"messages[3].content", "input[4].output"},
	    {"messages[3]", "input[4]"},
	    {"tools", "tools"},
	    {"tools[0].function.parameters.properties.a",
		"tools[1].parameters.properties.a"},
	    {"tools[0].function.name", "tools[1].name"},
	    {"tools[1].custom.format.type", "tools[2].format.type"},
	    {"tools[2]", "tools[3]"},
	    {"web_search_options", "tools[0]"},
	    {"tool_choice", "tool_choice"},
	    {"tool_choice.allowed_tools.mode", "tool_choice.mode"},
	    {"tool_choice.allowed_tools.tools[0].function.name",
		"tool_choice.tools[1].name"},
	    {"tool_choice.allowed_tools.tools", "tool_choice.tools"},
	    {"tool_choice.function.name", "tool_choice.name"},
	    {"response_format.json_schema.schema.type",
		"text.format.schema.type"},
	    {"response_format.json_schema", "text.format"},
	    {"response_format", "text.format"},
	    {"max_completion_tokens", "max_output_tokens"},
	    {"reasoning.effort", "reasoning.effort"},
	    {"model", "model"},
	    {"messages_of_old", "messages_of_old"},
	};
	static const char body[] = "{\"instructions\":\"i\"," IN(USER(
	    "\"a\"") ","
		     "{\"type\":\"function_call\",\"call_id\":\"c\","
		     "\"name\":\"f\"},{\"type\":\"reasoning\"},"
		     "{\"type\":\"custom_tool_call\",\"call_id\":\"d\","
		     "\"name\":\"g\"},{\"type\":\"function_call_output\","
		     "\"call_id\":\"c\"}") ","
					   "\"tools\":[{\"type\":\"web_"
					   "search\"},{\"type\":\"function\"},"
					   "{\"type\":\"custom\"},{\"type\":"
					   "\"code_interpreter\"}],"
					   "\"tool_choice\":{\"type\":"
					   "\"allowed_tools\",\"tools\":["
					   "{\"type\":\"web_search\"},{"
					   "\"type\":\"function\"}]}}";
	struct api_error error = {0};
	struct json_object *o = json_parse(body, strlen(body), NULL);
	struct json_object *places = json_object_new_object();
	struct json_object *chat = responses_to_chat(o, places, &error);
	CU_ASSERT_PTR_NOT_NULL(chat);

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf expected;
		buf_init(&expected, BUF_SMALL);
		buf_fmt(&expected, "Invalid '%s': '%s' is no 'x'; %s.",
		    rows[i].client, rows[i].client, rows[i].chat);
		api_error_set(&error, FAULT_BAD_VALUE, rows[i].chat,
		    "Invalid '%s': '%s' is no 'x'; %s.", rows[i].chat,
		    rows[i].chat, rows[i].chat);
		responses_path_rewrite(places, &error);
		UNIT_ROW(unit_same(error.param, rows[i].client), rows[i].chat);
		UNIT_ROW(unit_same(error.message, buf_cstr(&expected)),
		    rows[i].chat);
		buf_clear(&expected);
	}
	api_error_set(&error, FAULT_BAD_JSON, NULL, "Nothing.");
	responses_path_rewrite(places, &error);
	CU_ASSERT_PTR_NULL(error.param);
	api_error_clear(&error);
	json_object_put(chat);
	json_object_put(places);
	json_object_put(o);
}

static void
test_members(void)
{
	static const struct {
		const char *members;
		bool stream, single, json;
	} rows[] = {
	    {HI, false, false, false},
	    {HI ",\"stream\":true", true, false, false},
	    {HI ",\"parallel_tool_calls\":false", false, true, false},
	    {HI ",\"text\":{\"format\":{\"type\":\"json_object\"}}", false,
		false, true},
	    {HI ",\"text\":{\"format\":{\"type\":\"text\"}}", false, false,
		false},
	    {HI ",\"stream_options\":{\"include_usage\":true},\"stream\":true",
		true, false, false},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *row = rows[i].members;
		struct chat_request req;
		struct api_error error = {0};
		UNIT_ROW(read_members(&req, row, &error), row);
		UNIT_ROW(req.stream == rows[i].stream, row);
		UNIT_ROW(req.single_call == rows[i].single, row);
		UNIT_ROW(req.json_wanted == rows[i].json, row);
		UNIT_ROW(!req.include_usage && req.n == 1, row);
		UNIT_ROW(unit_same(req.asked_model, "gemini-2.5-flash"), row);
		UNIT_ROW(json_get(req.echo, "input") != NULL, row);
		chat_request_clear(&req);
		api_error_clear(&error);
	}
}

/* The body is read again when the settings change: it must stay as it is. */
static void
test_body_is_kept(void)
{
	static const char text[] =
	    "{\"model\":\"gemini-2.5-flash\",\"instructions\":"
	    "\"i\"," IN(
		USER("[{\"type\":\"input_text\",\"text\":\"a\"}"
		     "]") ","
			  "{\"role\":\"assistant\",\"content\":"
			  "\"b\"}," USER("\"c\"")) ","
						   "\"text\":{\"format\":{"
						   "\"type\":\"json_"
						   "schema\",\"name\":"
						   "\"n\","
						   "\"schema\":{\"type\":"
						   "\"object\","
						   "\"properties\":{}}}},"
						   "\"reasoning\":{"
						   "\"effort\":\"low\"}}";
	struct json_object *o = json_parse(text, strlen(text), NULL);
	struct buf first, second;
	buf_init(&first, BUF_SMALL);
	buf_init(&second, BUF_SMALL);
	for (int i = 0; i < 2; i++) {
		struct chat_request req;
		struct api_error error = {0};
		CU_ASSERT(responses_request_read(&req, o, &no_policy, &error));
		json_write(i == 0 ? &first : &second, req.gemini);
		chat_request_clear(&req);
		api_error_clear(&error);
	}
	CU_ASSERT(unit_same(buf_cstr(&first), buf_cstr(&second)));
	buf_reset(&first);
	json_write(&first, o);
	CU_ASSERT(unit_same(buf_cstr(&first), text));
	buf_clear(&first);
	buf_clear(&second);
	json_object_put(o);
}

static void
test_bad_bodies(void)
{
	static const char *const bodies[] = {"[]", "\"x\"", "7", "true"};
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		struct chat_request req;
		struct api_error error = {0};
		UNIT_ROW(!read_text(&req, bodies[i], &error), bodies[i]);
		UNIT_ROW(error.fault == FAULT_BAD_JSON, bodies[i]);
		chat_request_clear(&req);
		api_error_clear(&error);
	}
	struct chat_request req;
	struct api_error error = {0};
	CU_ASSERT_FALSE(read_text(&req, "{" HI "}", &error));
	CU_ASSERT(unit_same(error.param, "model"));
	chat_request_clear(&req);
	api_error_clear(&error);
}

static CU_TestInfo tests[] = {
    {"refusals", test_refusals},
    {"any value", test_any_value},
    {"paths", test_paths},
    {"members", test_members},
    {"the body is kept", test_body_is_kept},
    {"bad bodies", test_bad_bodies},
    CU_TEST_INFO_NULL,
};

struct unit_suite responses_request_suite = {
    "protocol/responses_request", tests};
