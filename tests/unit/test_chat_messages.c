/*
 * protocol/chat_messages: roles and turns for each kind of model. Whole
 * conversations are in the golden files; here are the rules, one by one.
 */
#include "protocol/chat_messages.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"
#include "protocol/chat_fields.h"
#include "unit.h"

/* A call for each of the ids. */
static struct json_object *
calls_of(const char *ids, size_t len)
{
	struct json_object *calls = json_object_new_array();
	for (size_t i = 0; i < len; i += 2) {
		struct json_object *call = json_object_new_object();
		struct json_object *function = json_object_new_object();
		json_set_text_len(call, "id", ids + i, 1);
		json_set_text(function, "name", "f");
		json_set(call, "function", function);
		json_object_array_add(calls, call);
	}
	return calls;
}

/* A conversation as one line: each message is a letter (s d u a), a colon
 * and its text; messages are separated by blanks. c:x,y is an assistant's
 * with the calls x and y, r:x is the result of x. */
static struct json_object *
messages_of(const char *line)
{
	static const struct {
		char letter;
		const char *role;
	} roles[] = {{'s', "system"}, {'d', "developer"}, {'u', "user"},
	    {'a', "assistant"}, {'c', "assistant"}, {'r', "tool"}};
	struct json_object *list = json_object_new_array();

	while (*line != '\0') {
		size_t len = strcspn(line, " ");
		struct json_object *message = json_object_new_object();
		for (size_t i = 0; i < COUNT_OF(roles); i++)
			if (roles[i].letter == line[0])
				json_set_text(message, "role", roles[i].role);
		if (line[0] == 'c')
			json_set(
			    message, "tool_calls", calls_of(line + 2, len - 2));
		else
			json_set_text_len(
			    message, "content", line + 2, len - 2);
		if (line[0] == 'r')
			json_set_text_len(
			    message, "tool_call_id", line + 2, len - 2);
		json_object_array_add(list, message);
		line += len + (line[len] == ' ');
	}
	return list;
}

/* A call is !x, a result =x, one that was made up =x?. */
static void
write_parts(struct buf *out, struct json_object *parts)
{
	for (size_t i = 0; i < json_count(parts); i++) {
		struct json_object *part = json_at(parts, i);
		struct json_object *call = json_get(part, "functionCall");
		struct json_object *result = json_get(part, "functionResponse");
		if (i > 0)
			buf_byte(out, '+');
		if (call != NULL)
			buf_fmt(out, "!%s", json_get_text(call, "id"));
		else if (result != NULL)
			buf_fmt(out, "=%s%s", json_get_text(result, "id"),
			    json_path(result, "response", "error", NULL) ? "?"
									 : "");
		else
			buf_str(out, json_get_text(part, "text"));
	}
}

/* The body in the same way: "[s+d] u:a+b m:c"; \n is shown as |. */
static void
write_line(struct buf *out, struct json_object *gemini)
{
	struct json_object *instruction = json_get(gemini, "systemInstruction");
	if (instruction != NULL) {
		buf_byte(out, '[');
		write_parts(out, json_get(instruction, "parts"));
		buf_byte(out, ']');
	}
	struct json_object *contents = json_get(gemini, "contents");
	for (size_t i = 0; i < json_count(contents); i++) {
		struct json_object *turn = json_at(contents, i);
		if (out->len > 0)
			buf_byte(out, ' ');
		buf_fmt(out, "%c:", json_get_text(turn, "role")[0]);
		write_parts(out, json_get(turn, "parts"));
	}
	for (size_t i = 0; i < out->len; i++)
		if (out->data[i] == '\n')
			out->data[i] = '|';
}

static const struct chat_policy strict;

/* As a request is read. */
static bool
convert(const char *model, const struct chat_policy *policy,
    struct json_object *messages, struct json_object *gemini,
    struct api_error *error)
{
	struct chat_request req = {.traits = model_traits(model)};
	struct chat_build b = {.req = &req, .policy = policy, .error = error};
	bool ok = chat_messages_convert(&b, messages, gemini);
	chat_request_clear(&req);
	return ok;
}

/* turns is NULL for a conversation that is refused because of param. */
static void
check_line(const char *model, const struct chat_policy *policy,
    const char *messages_line, const char *turns, const char *param)
{
	struct json_object *messages = messages_of(messages_line);
	struct json_object *gemini = json_object_new_object();
	struct api_error error = {0};
	struct buf line;
	buf_init(&line, BUF_SMALL);
	bool ok = convert(model, policy, messages, gemini, &error);
	write_line(&line, gemini);
	UNIT_ROW(ok == (turns != NULL), messages_line);
	if (ok && !unit_same(buf_cstr(&line), turns))
		fprintf(stderr, "got %s\n", buf_cstr(&line));
	UNIT_ROW(!ok || unit_same(buf_cstr(&line), turns), messages_line);
	UNIT_ROW(ok || error.fault == FAULT_BAD_VALUE, messages_line);
	UNIT_ROW(ok || unit_same(error.param, param), messages_line);
	UNIT_ROW(ok || json_object_object_length(gemini) == 0, messages_line);
	buf_clear(&line);
	api_error_clear(&error);
	json_object_put(gemini);
	json_object_put(messages);
}

static void
test_turns(void)
{
	static const struct {
		const char *model, *messages, *turns; /* NULL: refused */
	} rows[] = {
	    {"gemini-2.5-flash", "u:a", "u:a"},
	    {"gemini-2.5-flash", "u:a a:b u:c", "u:a m:b u:c"},
	    {"gemini-2.5-flash", "s:x u:a", "[x] u:a"},
	    {"gemini-2.5-flash", "d:x s:y u:a", "[x+y] u:a"},
	    {"gemini-2.5-flash", "s: u:a", "u:a"},
	    {"gemini-2.5-flash", "s:x s: u:a", "[x] u:a"},
	    {"gemini-2.5-flash", "s:x u:a s:y u:b", "[x] u:a+y+b"},
	    {"gemini-2.5-flash", "u:a a:b s:y", "u:a m:b u:y"},
	    {"gemini-2.5-flash", "u:a a:b d:y a:c", "u:a m:b u:y m:c"},
	    {"gemini-2.5-flash", "u: s:y", "u:y"},
	    {"gemini-2.5-flash", "s:x", "u:x"},
	    {"gemini-2.5-flash", "s:x d:y", "u:x+y"},
	    {"gemini-2.5-flash", "s:x u:", "u:x"},
	    {"gemini-2.5-flash", "u:a a: u:b", "u:a+b"},
	    {"gemini-2.5-flash", "u:a a:b u: a:c", "u:a m:b+c"},
	    {"gemini-2.5-flash", "u:a u:b a:c a:d", "u:a+b m:c+d"},
	    {"gemini-2.5-flash", "a:b", "m:b"},
	    {"gemini-2.5-flash", "a:b u:a", "m:b u:a"},
	    {"gemini-2.5-flash", "u:", NULL},
	    {"gemini-2.5-flash", "s: d: a: u:", NULL},
	    {"gemini-2.5-flash", "", NULL},
	    {"gemini-3-flash-preview", "u:a a:b", "u:a m:b"},
	    {"gemini-3.5-flash-lite", "u:a a:b", "u:a m:b u:Continue."},
	    {"gemini-3.8-flash", "u:a a:b", "u:a m:b u:Continue."},
	    {"gemini-3.8-flash", "u:a a:b a:", "u:a m:b u:Continue."},
	    {"gemini-3.8-flash", "u:a a:b u:", "u:a m:b u:Continue."},
	    {"gemini-3.8-flash", "u:a a:b u:c", "u:a m:b u:c"},
	    {"gemini-3.8-flash", "s:x a:b", "[x] m:b u:Continue."},
	    {"whatever", "u:a a:b", "u:a m:b u:Continue."},
	    {"gemma-3-27b-it", "s:x u:a", "u:x||+a"},
	    {"gemma-3-27b-it", "s:x d:y u:a", "u:x||y||+a"},
	    {"gemma-3-27b-it", "s:x u:a a:b u:c", "u:x||+a m:b u:c"},
	    {"gemma-3-27b-it", "s:x a:b u:c", "m:b u:x||+c"},
	    {"gemma-3-27b-it", "s:x a:b", "u:x|| m:b u:Continue."},
	    {"gemma-3-27b-it", "s:x", "u:x"},
	    {"gemma-3-27b-it", "u:a", "u:a"},
	    {"gemini-2.5-pro-preview-tts", "s:x u:a", "u:x||+a"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		check_line(rows[i].model, &strict, rows[i].messages,
		    rows[i].turns, "messages");
}

/* Calls and results: contract section 1.2, items 6, 9 and 10. */
static void
test_calls(void)
{
	static const char id[] = "messages[3].tool_call_id";
	static const struct {
		const char *messages, *turns, *param;
	} rows[] = {
	    {"u:a c:x r:x", "u:a m:!x u:=x", NULL},
	    {"u:a c:x r:x u:b", "u:a m:!x u:=x u:b", NULL},
	    {"u:a c:x r:x u:b u:c", "u:a m:!x u:=x u:b+c", NULL},
	    {"u:a c:x r:x a:b", "u:a m:!x u:=x m:b u:Continue.", NULL},
	    {"u:a c:x,y r:x r:y", "u:a m:!x+!y u:=x+=y", NULL},
	    {"u:a c:x,y r:y r:x", "u:a m:!x+!y u:=x+=y", NULL},
	    {"u:a c:x,y,z r:z r:x r:y", "u:a m:!x+!y+!z u:=x+=y+=z", NULL},
	    {"u:a c:x r:x c:y r:y", "u:a m:!x u:=x m:!y u:=y", NULL},
	    /* An id may come again in a later turn, and twice in one. */
	    {"u:a c:x r:x c:x r:x", "u:a m:!x u:=x m:!x u:=x", NULL},
	    {"u:a c:x,y,x r:x r:x r:y", "u:a m:!x+!y+!x u:=x+=y+=x", NULL},
	    /* Rule 9. */
	    {"u:a a:b c:x r:x", "u:a m:b+!x u:=x", NULL},
	    {"u:a c:x a:b r:x", "u:a m:!x+b u:=x", NULL},
	    {"u:a c:x c:y r:y r:x", "u:a m:!x+!y u:=x+=y", NULL},
	    {"u:a c:x a: r:x", "u:a m:!x u:=x", NULL},
	    {"u:a c:x u: r:x", "u:a m:!x u:=x", NULL},
	    /* Instructions wait for the results. */
	    {"u:a c:x s:i r:x u:b", "u:a m:!x u:=x u:i+b", NULL},
	    {"u:a c:x,y r:x d:i r:y", "u:a m:!x+!y u:=x+=y u:i", NULL},
	    {"u:a c:x s:i s:j r:x a:b u:c", "u:a m:!x u:=x u:i+j m:b u:c",
		NULL},
	    {"u:a c:x r:x s:i c:y r:y", "u:a m:!x u:=x u:i m:!y u:=y", NULL},
	    /* Rule 10. */
	    {"c:x r:x", "u:. m:!x u:=x", NULL},
	    {"s:i c:x r:x", "[i] u:. m:!x u:=x", NULL},
	    {"a:b c:x r:x", "u:. m:b+!x u:=x", NULL},
	    /* Refusals. */
	    {"u:a c:x", NULL, "messages"},
	    {"u:a c:x u:b", NULL, "messages"},
	    {"u:a c:x,y r:x", NULL, "messages"},
	    {"u:a c:x,y r:y u:b", NULL, "messages"},
	    {"u:a c:x,y r:y a:b", NULL, "messages"},
	    {"u:a c:x s:i", NULL, "messages"},
	    {"r:x", NULL, "messages[0].tool_call_id"},
	    {"u:a a:b u:c r:x", NULL, id},
	    {"u:a c:x r:x r:x", NULL, id},
	    {"u:a c:x r:x r:y", NULL, id},
	    {"u:a c:x a:b r:y", NULL, id},
	    {"u:a c:x r:x u:b r:x", NULL, "messages[4].tool_call_id"},
	    {"u:a c:x r:x a:b r:x", NULL, "messages[4].tool_call_id"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		check_line("gemini-3.8-flash", &strict, rows[i].messages,
		    rows[i].turns, rows[i].param);
	check_line("gemma-3-27b-it", &strict, "s:i c:x r:x",
	    "u:i||+. m:!x u:=x", NULL);
}

static void
test_settings(void)
{
	static const struct chat_policy fill = {.fill_missing_results = true};
	static const struct chat_policy drop = {.drop_prefill = true};
	static const struct {
		const char *model;
		const struct chat_policy *policy;
		const char *messages, *turns;
	} rows[] = {
	    {"gemini-3.8-flash", &fill, "u:a c:x u:b", "u:a m:!x u:=x? u:b"},
	    {"gemini-3.8-flash", &fill, "u:a c:x", "u:a m:!x u:=x?"},
	    {"gemini-3.8-flash", &fill, "u:a c:x,y,z r:y a:b u:c",
		"u:a m:!x+!y+!z u:=x?+=y+=z? m:b u:c"},
	    {"gemini-3.8-flash", &fill, "u:a c:x s:i u:b",
		"u:a m:!x u:=x? u:i+b"},
	    {"gemini-3.8-flash", &drop, "u:a a:b", "u:a"},
	    {"gemini-3.8-flash", &drop, "u:a a:b u:c a:d a:e", "u:a m:b u:c"},
	    {"gemini-3.8-flash", &drop, "u:a c:x r:x a:d", "u:a m:!x u:=x"},
	    {"gemini-3.8-flash", &drop, "a:b", "m:b u:Continue."},
	    {"gemini-2.5-flash", &drop, "u:a a:b", "u:a m:b"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		check_line(rows[i].model, rows[i].policy, rows[i].messages,
		    rows[i].turns, NULL);
}

/* Merging must not take longer and longer: many turns of one role. */
static void
test_many(void)
{
	enum { COUNT = 20000 };
	struct json_object *messages = json_object_new_array();
	for (int i = 0; i < COUNT; i++) {
		struct json_object *message = json_object_new_object();
		json_set_text(message, "role", "user");
		json_set_text(message, "content", "a");
		json_object_array_add(messages, message);
	}
	struct json_object *gemini = json_object_new_object();
	struct api_error error = {0};
	CU_ASSERT_TRUE(
	    convert("gemini-3.8-flash", &strict, messages, gemini, &error));
	struct json_object *contents = json_get(gemini, "contents");
	CU_ASSERT_EQUAL(json_count(contents), 1);
	CU_ASSERT_EQUAL(
	    json_count(json_get(json_at(contents, 0), "parts")), COUNT);
	json_object_put(gemini);
	json_object_put(messages);
}

/* The path of a fault counts messages and parts as the client does. */
static void
test_paths(void)
{
	static const char text[] =
	    "[{\"role\":\"system\",\"content\":\"s\"},"
	    "{\"role\":\"user\",\"content\":\"\"},"
	    "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"\"},"
	    "{\"type\":\"text\",\"text\":\"a\"},"
	    "{\"type\":\"image_url\",\"image_url\":{\"url\":\"x\"}}]}]";
	struct json_object *messages = json_parse(text, sizeof(text) - 1, NULL);
	struct json_object *gemini = json_object_new_object();
	struct api_error error = {0};
	CU_ASSERT_FALSE(
	    convert("gemini-3.8-flash", &strict, messages, gemini, &error));
	CU_ASSERT_EQUAL(error.fault, FAULT_UNSUPPORTED_VALUE);
	CU_ASSERT(unit_same(error.param, "messages[2].content[2].type"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(error.message);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "image_url"));
	api_error_clear(&error);
	json_object_put(gemini);
	json_object_put(messages);
}

/* Nor must pairing: many calls, answered the wrong way round. */
static void
test_many_calls(void)
{
	enum { COUNT = 20000 };
	struct json_object *messages = json_object_new_array();
	struct json_object *calling = json_object_new_object();
	struct json_object *calls = json_object_new_array();
	json_set_text(calling, "role", "assistant");
	json_set(calling, "tool_calls", calls);
	json_object_array_add(messages, calling);
	for (int i = 0; i < COUNT; i++) {
		struct json_object *call = json_object_new_object();
		struct json_object *function = json_object_new_object();
		struct json_object *result = json_object_new_object();
		char id[32];
		snprintf(id, sizeof(id), "call_%d", i);
		json_set_text(function, "name", id);
		json_set_text(call, "id", id);
		json_set(call, "function", function);
		json_object_array_add(calls, call);
		snprintf(id, sizeof(id), "call_%d", COUNT - 1 - i);
		json_set_text(result, "role", "tool");
		json_set_text(result, "tool_call_id", id);
		json_object_array_add(messages, result);
	}
	struct json_object *gemini = json_object_new_object();
	struct api_error error = {0};
	CU_ASSERT_TRUE(
	    convert("gemini-3.8-flash", &strict, messages, gemini, &error));
	struct json_object *contents = json_get(gemini, "contents");
	CU_ASSERT_EQUAL(json_count(contents), 3);
	struct json_object *last =
	    json_at(json_get(json_at(contents, 2), "parts"), COUNT - 1);
	CU_ASSERT(
	    unit_same(json_get_text(json_get(last, "functionResponse"), "id"),
		"call_19999"));
	json_object_put(gemini);
	json_object_put(messages);
}

static CU_TestInfo tests[] = {
    {"turns", test_turns},
    {"calls and results", test_calls},
    {"settings", test_settings},
    {"many calls", test_many_calls},
    {"many turns of one role", test_many},
    {"paths of faults", test_paths},
    CU_TEST_INFO_NULL,
};

struct unit_suite chat_messages_suite = {"protocol/chat_messages", tests};
