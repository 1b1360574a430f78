/* Which of its tools the model must, may or must not call. */
#include "protocol/chat_choice.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "protocol/chat_builtin.h"
#include "protocol/chat_fields.h"
#include "protocol/field.h"
#include "protocol/tool_names.h"

/* The words for a choice; those of allowed_tools.mode are the first two. */
static const char *const words[] = {"auto", "required", "any", "none"};
static const enum tool_mode modes[] = {
    TOOL_MODE_AUTO, TOOL_MODE_ANY, TOOL_MODE_ANY, TOOL_MODE_NONE};
#define ALLOWED_WORDS 2

static bool
choose_word(struct chat_build *b, struct json_object *word, size_t count,
    const char *path)
{
	int which = field_choose(word, words, count, path, b->error);
	if (which < 0)
		return false;
	b->tools.mode = modes[which];
	return true;
}

/* Add o.name, where o is at path, to the names that may be called. field is
 * what the client gets to read of an unknown one. */
static bool
allow_name(struct chat_build *b, struct json_object *o, const char *path,
    const char *field)
{
	const char *name;
	enum builtin which;
	if (!field_name(o, "name", path, &name, b->error))
		return false;
	const struct tool_name *tool = tool_names_find(&b->req->names, name);
	if (tool != NULL) {
		if (b->tools.allowed == NULL)
			b->tools.allowed = json_object_new_array();
		json_object_array_add(
		    b->tools.allowed, json_object_new_string(tool->gemini));
		return true;
	}

	/* One that became a tool of Gemini's cannot be demanded. */
	if (chat_builtin_find(name, &which) && chat_builtin_has(b, which))
		return true;
	return api_error_set(b->error, FAULT_BAD_VALUE, field,
	    "Invalid '%s': there is no tool named '%.*s'.", field,
	    (int)text_cut(name, FIELD_QUOTE_MAX), name);
}

/* What a choice may be of; those of an element of allowed_tools come first. */
static const char *const types[] = {"function", "custom", "allowed_tools"};
enum { TYPE_LIST = 2 };

/* {"type":T, T:{…}} at path, with T of the first types: the inner object, and
 * which it is of. */
struct typed {
	int which; /* -1: refused */
	struct json_object *inner;
	struct field_path path; /* its own */
};

static struct typed
read_typed(
    struct chat_build *b, struct json_object *o, const char *path, size_t count)
{
	struct typed t = {.which = -1};
	struct json_object *type;
	if (!field_member(o, "type", FIELD_STRING, true, path, &type, b->error))
		return t;
	int which = field_choose(
	    type, types, count, field_path("%s.type", path).text, b->error);
	if (which < 0 ||
	    !field_member(
		o, types[which], FIELD_OBJECT, true, path, &t.inner, b->error))
		return t;
	t.path = field_path("%s.%s", path, types[which]);
	t.which = which;
	return t;
}

/* {"mode":…, "tools":[…]} at path. */
static bool
allow_list(struct chat_build *b, struct json_object *o, const char *path,
    const char *field)
{
	struct json_object *mode, *tools;
	const struct field_path list = field_path("%s.tools", path);
	if (!field_member(
		o, "mode", FIELD_STRING, true, path, &mode, b->error) ||
	    !choose_word(
		b, mode, ALLOWED_WORDS, field_path("%s.mode", path).text) ||
	    !field_member(
		o, "tools", FIELD_ARRAY, true, path, &tools, b->error))
		return false;

	if (json_count(tools) == 0)
		return api_error_set_code(b->error, FAULT_BAD_VALUE,
		    "empty_array", list.text,
		    "Invalid '%s': empty array. Expected an array with "
		    "minimum length 1, but got an empty array instead.",
		    list.text);
	if (!field_check_elements(tools, FIELD_OBJECT, list.text, b->error))
		return false;
	for (size_t i = 0; i < json_count(tools); i++) {
		struct typed t = read_typed(b, json_at(tools, i),
		    field_path("%s[%zu]", list.text, i).text, TYPE_LIST);
		if (t.which < 0 || !allow_name(b, t.inner, t.path.text, field))
			return false;
	}
	if (b->tools.allowed == NULL)
		b->tools.mode = TOOL_MODE_AUTO;
	return true;
}

/* Nothing has been chosen. True if there is anything to choose from. */
static bool
begin(struct chat_build *b)
{
	json_object_put(b->tools.allowed);
	b->tools.allowed = NULL;
	b->tools.mode = TOOL_MODE_AUTO;
	return json_count(b->tools.functions) > 0;
}

/* A single tool was named: the model must call it. */
static void
demand_allowed(struct chat_build *b)
{
	if (b->tools.allowed != NULL)
		b->tools.mode = TOOL_MODE_ANY;
}

bool
chat_choice_take(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	if (!begin(b))
		return true;
	if (json_object_is_type(value, json_type_string))
		return choose_word(b, value, COUNT_OF(words), path);

	struct typed t = read_typed(b, value, path, COUNT_OF(types));
	if (t.which < 0)
		return false;
	if (t.which == TYPE_LIST)
		return allow_list(b, t.inner, t.path.text, field->name);
	if (!allow_name(b, t.inner, t.path.text, field->name))
		return false;
	demand_allowed(b);
	return true;
}

bool
chat_choice_take_function_call(struct chat_build *b,
    const struct chat_field *field, struct json_object *value, const char *path)
{
	if (!begin(b))
		return true;
	if (json_object_is_type(value, json_type_string))
		return choose_word(b, value, COUNT_OF(words), path);
	if (!allow_name(b, value, path, field->name))
		return false;
	demand_allowed(b);
	return true;
}
