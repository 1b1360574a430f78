/* Items of the input, one by one, and the messages that they become. */
#include "protocol/responses_input.h"

#include <string.h>

#include "base/json.h"
#include "protocol/field.h"
#include "protocol/responses_path.h"
#include "protocol/responses_signatures.h"

/* The conversation as it grows. */
struct dialogue {
	struct responses_build *b;
	struct json_object *messages;
	struct json_object *signatures; /* {call id: signature} */
};

struct item_type;

/* Add what the item, which is at path, becomes. False with the error set if
 * it is refused. */
typedef bool item_fn(struct dialogue *d, const struct item_type *type,
    struct json_object *item, const char *path);

struct item_type {
	const char *name;
	item_fn *add;
	/* Of a call: the chat's type, and its member that holds the input. */
	const char *kind, *input;
};

static struct json_object *
add_message(struct dialogue *d, const char *role)
{
	struct json_object *message = json_object_new_object();
	json_set_text(message, "role", role);
	json_object_array_add(d->messages, message);
	return message;
}

/* Note where the last message came from. */
static void
note(struct dialogue *d, const char *member, const char *client)
{
	responses_path_note(d->b->places, client, "messages[%zu]%s",
	    json_count(d->messages) - 1, member);
}

/* A message that is one text of the request: the client knows it by the name
 * of that field, whatever is wrong with it. */
static void
add_text(struct dialogue *d, const char *role, struct json_object *text,
    const char *path)
{
	json_share(add_message(d, role), "content", text);
	note(d, "", path);
	note(d, ".content", path);
}

/* --- the types ----------------------------------------------------------- */

static bool
add_said(struct dialogue *d, const struct item_type *type,
    struct json_object *item, const char *path)
{
	static const char *const roles[] = {
	    "user", "assistant", "system", "developer"};
	struct json_object *role;
	(void)type;
	if (!field_member(
		item, "role", FIELD_STRING, true, path, &role, d->b->error))
		return false;
	int which = field_choose(role, roles, COUNT_OF(roles),
	    field_path("%s.role", path).text, d->b->error);
	if (which < 0)
		return false;
	struct json_object *content = json_get(item, "content");
	struct json_object *message = add_message(d, roles[which]);
	if (content != NULL)
		json_share(message, "content", content);
	note(d, "", path);
	return true;
}

/* The list of calls that the next call belongs to: that of the assistant's
 * message before it, or of a new one without text. */
static struct json_object *
open_calls(struct dialogue *d, const char *path)
{
	size_t count = json_count(d->messages);
	struct json_object *last =
	    count == 0 ? NULL : json_at(d->messages, count - 1);
	const char *role = json_get_text(last, "role");
	if (role == NULL || strcmp(role, "assistant") != 0) {
		last = add_message(d, "assistant");
		note(d, "", path);
	}

	struct json_object *calls = json_get(last, "tool_calls");
	if (calls == NULL) {
		calls = json_object_new_array();
		json_set(last, "tool_calls", calls);
	}
	return calls;
}

/* Note where the k-th call of the last message came from. */
static void
note_call(struct dialogue *d, size_t k, const struct item_type *type,
    const char *path)
{
	const struct field_path id = field_path("%s.call_id", path);
	note(d, field_path(".tool_calls[%zu]", k).text, path);
	note(d, field_path(".tool_calls[%zu].%s", k, type->kind).text, path);
	note(d, field_path(".tool_calls[%zu].id", k).text, id.text);
}

/* {"type":"function","id":…,"function":{"name":…,"arguments":…}} */
static bool
add_call(struct dialogue *d, const struct item_type *type,
    struct json_object *item, const char *path)
{
	const char *id, *name;
	if (!field_name(item, "call_id", path, &id, d->b->error) ||
	    !field_name(item, "name", path, &name, d->b->error))
		return false;

	struct json_object *inside = json_object_new_object();
	json_share(inside, "name", json_get(item, "name"));
	if (json_get(item, type->input) != NULL)
		json_share(inside, type->input, json_get(item, type->input));
	struct json_object *call = json_object_new_object();
	json_share(call, "id", json_get(item, "call_id"));
	json_set_text(call, "type", type->kind);
	json_set(call, type->kind, inside);

	struct json_object *signature = json_get(d->signatures, id);
	if (signature != NULL) {
		struct json_object *google = json_object_new_object();
		struct json_object *extra = json_object_new_object();
		json_share(google, "thought_signature", signature);
		json_set(extra, "google", google);
		json_set(call, "extra_content", extra);
	}

	struct json_object *calls = open_calls(d, path);
	note_call(d, json_count(calls), type, path);
	json_object_array_add(calls, call);
	return true;
}

static bool
add_output(struct dialogue *d, const struct item_type *type,
    struct json_object *item, const char *path)
{
	const char *id;
	(void)type;
	if (!field_name(item, "call_id", path, &id, d->b->error))
		return false;

	struct json_object *message = add_message(d, "tool");
	json_share(message, "tool_call_id", json_get(item, "call_id"));
	if (json_get(item, "output") != NULL)
		json_share(message, "content", json_get(item, "output"));
	note(d, "", path);
	note(d, ".content", field_path("%s.output", path).text);
	note(d, ".tool_call_id", field_path("%s.call_id", path).text);
	return true;
}

/* Gemini has no use for its old thoughts, but for their signatures. */
static bool
keep_signatures(struct dialogue *d, const struct item_type *type,
    struct json_object *item, const char *path)
{
	(void)type, (void)path;
	responses_signatures_read(
	    json_get(item, "encrypted_content"), d->signatures);
	return true;
}

static bool
skip(struct dialogue *d, const struct item_type *type, struct json_object *item,
    const char *path)
{
	(void)d, (void)type, (void)item, (void)path;
	return true;
}

/* An item without a type is a message. The first rows are the ones that a
 * refusal names. */
static const struct item_type item_types[] = {
    {"message", add_said, NULL, NULL},
    {"function_call", add_call, "function", "arguments"},
    {"function_call_output", add_output, NULL, NULL},
    {"custom_tool_call", add_call, "custom", "input"},
    {"custom_tool_call_output", add_output, NULL, NULL},
    {"reasoning", keep_signatures, NULL, NULL},
    {"item_reference", skip, NULL, NULL},
    {"additional_tools", skip, NULL, NULL},
    {"compaction", skip, NULL, NULL},
    {"compaction_trigger", skip, NULL, NULL},
    {"mcp_approval_request", skip, NULL, NULL},
    {"mcp_approval_response", skip, NULL, NULL},
    {"mcp_list_tools", skip, NULL, NULL},
    {"program", skip, NULL, NULL},
    {"program_output", skip, NULL, NULL},
    {"tool_search_output", skip, NULL, NULL},
};
#define NAMED_TYPES 7

static bool
ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);
	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* What is called …_call is the work of a tool of somebody else's, and what
 * is called …_call_output the result of it. */
static bool
is_hosted(const char *type)
{
	return ends_with(type, "_call") || ends_with(type, "_call_output");
}

/* The row for an item's type, or NULL with the error set. */
static const struct item_type *
type_of(struct dialogue *d, struct json_object *item, const char *path)
{
	static const struct item_type hosted = {"", skip, NULL, NULL};
	struct json_object *type = json_get(item, "type");
	if (type == NULL)
		return &item_types[0];

	const char *word = json_get_text(item, "type");
	const char *names[NAMED_TYPES];
	for (size_t i = 0; word != NULL && i < COUNT_OF(item_types); i++)
		if (strcmp(word, item_types[i].name) == 0)
			return &item_types[i];
	if (word != NULL && is_hosted(word))
		return &hosted;

	for (size_t i = 0; i < NAMED_TYPES; i++)
		names[i] = item_types[i].name;
	if (field_choose(type, names, NAMED_TYPES,
		field_path("%s.type", path).text, d->b->error) < 0)
		return NULL;
	return NULL;
}

/* --- the whole ----------------------------------------------------------- */

static bool
add_items(struct dialogue *d, struct json_object *input)
{
	static const struct field_rule object = {FIELD_OBJECT, 0, 0};
	bool ok = true;
	for (size_t i = 0; ok && i < json_count(input); i++) {
		struct json_object *item = json_at(input, i);
		const struct field_path path = field_path("input[%zu]", i);
		if (!field_check(item, &object, path.text, d->b->error))
			return false;
		const struct item_type *type = type_of(d, item, path.text);
		ok = type != NULL && type->add(d, type, item, path.text);
	}
	return ok;
}

static bool
add_input(struct dialogue *d)
{
	struct json_object *input;
	if (!field_member(d->b->body, "input", FIELD_TEXT_OR_ARRAY, true, "",
		&input, d->b->error))
		return false;
	if (!json_object_is_type(input, json_type_string))
		return add_items(d, input);
	add_text(d, "user", input, "input");
	return true;
}

bool
responses_input_convert(struct responses_build *b)
{
	static const char instructions[] = "instructions";
	struct json_object *first;
	struct dialogue d = {
	    b, json_object_new_array(), json_object_new_object()};

	bool ok = field_member(
	    b->body, instructions, FIELD_STRING, false, "", &first, b->error);
	if (ok && first != NULL)
		add_text(&d, "system", first, instructions);
	ok = ok && add_input(&d);
	json_set(b->chat, "messages", d.messages);
	json_object_put(d.signatures);
	return ok;
}
