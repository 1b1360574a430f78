/*
 * protocol/responses_request: what the golden files cannot hold: the names of
 * fields on their way back to the client, and what is read besides the body
 * for Gemini.
 */
#include "protocol/responses_request.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/responses_path.h"
#include "responses_body.h"
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

bool
responses_body_read(
    struct chat_request *req, const char *members, struct api_error *error)
{
	struct buf body;
	buf_init(&body, BUF_SMALL);
	buf_fmt(&body, "{\"model\":\"gemini-2.5-flash\",%s}", members);
	bool ok = read_text(req, buf_cstr(&body), error);
	buf_clear(&body);
	return ok;
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
		UNIT_ROW(responses_body_read(&req, row, &error), row);
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
    {"paths", test_paths},
    {"members", test_members},
    {"the body is kept", test_body_is_kept},
    {"bad bodies", test_bad_bodies},
    CU_TEST_INFO_NULL,
};

struct unit_suite responses_request_suite = {
    "protocol/responses_request", tests};
