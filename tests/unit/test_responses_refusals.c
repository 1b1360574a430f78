/* protocol/responses_request: what is refused, by the hundred, and that it is
 * named as the client wrote the field. */
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "responses_body.h"
#include "unit.h"

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
	    {IN("{\"type\":\"function_call\",\"call_id\":\"\","
		"\"name\":\"f\"}"),
		"invalid_value", "input[0].call_id"},
	    {IN(USER("\"a\"") ",{\"type\":\"function_call\",\"call_id\":"
			      "\"c\",\"name\":\"f\",\"arguments\":{}}"),
		"invalid_type", "input[1].arguments"},
	    {IN("{\"role\":\"assistant\",\"content\":\"a\"},"
		"{\"type\":\"custom_tool_call\",\"call_id\":\"c\","
		"\"name\":\"f\",\"input\":7}"),
		"invalid_type", "input[1].input"},
	    {"\"instructions\":\"i\"," IN(
		 "{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":"
		 "\"f\"},{\"type\":\"reasoning\"},{\"type\":"
		 "\"function_call_output\",\"call_id\":\"d\",\"output\":"
		 "\"o\"}"),
		"invalid_value", "input[2].call_id"},
	    {IN("{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":"
		"\"f\"},{\"type\":\"function_call_output\",\"call_id\":\"c\","
		"\"output\":7}"),
		"invalid_type", "input[1].output"},
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
	    {HI ",\"tools\":[{\"type\":\"web_search\"},{\"type\":"
		"\"function\"}]",
		"missing_required_parameter", "tools[1].name"},
	    {HI ",\"tools\":[{\"type\":\"web_search\"},{\"type\":"
		"\"function\",\"name\":\"f\",\"parameters\":[]}]",
		"invalid_type", "tools[1].parameters"},
	    {HI ",\"tools\":[{\"type\":\"custom\",\"name\":\"f\","
		"\"format\":{\"type\":\"grammar\"}}]",
		"unsupported_value", "tools[0].format.type"},
	    {HI ",\"tools\":[{\"type\":\"function\",\"name\":\"f\"}],"
		"\"tool_choice\":{\"type\":\"function\",\"name\":7}",
		"invalid_type", "tool_choice.name"},
	    {HI ",\"tools\":[{\"type\":\"function\",\"name\":\"f\"}],"
		"\"tool_choice\":{\"type\":\"allowed_tools\",\"mode\":7,"
		"\"tools\":[{\"type\":\"function\",\"name\":\"f\"}]}",
		"invalid_type", "tool_choice.mode"},
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
		UNIT_ROW(!responses_body_read(&req, row, &error), row);
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
			bool ok = responses_body_read(&req, members, &error);
			refused += !ok;
			UNIT_ROW(ok || error.param != NULL, members);
			UNIT_ROW(ok || strncmp(error.param, "messages", 8) != 0,
			    members);
			api_error_clear(&error);
			chat_request_clear(&req);
		}
	CU_ASSERT(refused > 1000);
}

static CU_TestInfo tests[] = {
    {"refusals", test_refusals},
    {"any value", test_any_value},
    CU_TEST_INFO_NULL,
};

struct unit_suite responses_refusals_suite = {
    "protocol/responses_request: refusals", tests};
