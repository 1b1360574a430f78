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
#include "unit.h"

/* A conversation as one line: each message is a letter (s d u a), a colon
 * and its text; messages are separated by blanks. */
static struct json_object *
messages_of(const char *line)
{
	static const struct {
		char letter;
		const char *role;
	} roles[] = {{'s', "system"}, {'d', "developer"}, {'u', "user"},
	    {'a', "assistant"}};
	struct json_object *list = json_object_new_array();

	while (*line != '\0') {
		size_t len = strcspn(line, " ");
		struct json_object *message = json_object_new_object();
		for (size_t i = 0; i < COUNT_OF(roles); i++)
			if (roles[i].letter == line[0])
				json_set_text(message, "role", roles[i].role);
		json_set_text_len(message, "content", line + 2, len - 2);
		json_object_array_add(list, message);
		line += len + (line[len] == ' ');
	}
	return list;
}

static void
write_parts(struct buf *out, struct json_object *parts)
{
	for (size_t i = 0; i < json_count(parts); i++)
		buf_fmt(out, "%s%s", i > 0 ? "+" : "",
		    json_get_text(json_at(parts, i), "text"));
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

static bool
convert(struct json_object *messages, const char *model,
    struct json_object *gemini, struct api_error *error)
{
	struct model_traits traits = model_traits(model);
	struct chat_policy policy = {0};
	struct chat_fetches fetches = {0};
	const struct chat_parts_env env = {&traits, &policy, &fetches};
	bool ok = chat_messages_convert(messages, &env, gemini, error);
	chat_fetches_clear(&fetches);
	return ok;
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
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct json_object *messages = messages_of(rows[i].messages);
		struct json_object *gemini = json_object_new_object();
		struct api_error error = {0};
		struct buf line;
		buf_init(&line, BUF_SMALL);
		bool ok = convert(messages, rows[i].model, gemini, &error);
		write_line(&line, gemini);
		UNIT_ROW(ok == (rows[i].turns != NULL), rows[i].messages);
		if (ok && !unit_same(buf_cstr(&line), rows[i].turns))
			fprintf(stderr, "got %s\n", buf_cstr(&line));
		UNIT_ROW(!ok || unit_same(buf_cstr(&line), rows[i].turns),
		    rows[i].messages);
		UNIT_ROW(
		    ok || error.fault == FAULT_BAD_VALUE, rows[i].messages);
		UNIT_ROW(
		    ok || unit_same(error.param, "messages"), rows[i].messages);
		UNIT_ROW(ok || json_object_object_length(gemini) == 0,
		    rows[i].messages);
		buf_clear(&line);
		api_error_clear(&error);
		json_object_put(gemini);
		json_object_put(messages);
	}
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
	CU_ASSERT_TRUE(convert(messages, "gemini-3.8-flash", gemini, &error));
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
	CU_ASSERT_FALSE(convert(messages, "gemini-3.8-flash", gemini, &error));
	CU_ASSERT_EQUAL(error.fault, FAULT_BAD_VALUE);
	CU_ASSERT(
	    unit_same(error.param, "messages[2].content[2].image_url.url"));
	CU_ASSERT(unit_same(error.code, "invalid_image_url"));
	api_error_clear(&error);
	json_object_put(gemini);
	json_object_put(messages);
}

static CU_TestInfo tests[] = {
    {"turns", test_turns},
    {"many turns of one role", test_many},
    {"paths of faults", test_paths},
    CU_TEST_INFO_NULL,
};

struct unit_suite chat_messages_suite = {"protocol/chat_messages", tests};
