/* Tools and the choice between them, from flat to nested. */
#include "protocol/responses_tools.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "protocol/field.h"
#include "protocol/responses_path.h"

/* What a type of tool becomes. */
enum tool_kind {
	TOOL_NESTED, /* {"type":T,T:{…}} */
	TOOL_SEARCH, /* Gemini's googleSearch */
	TOOL_CODE,   /* Gemini's codeExecution */
};

/* The members that go inside; those that are not there are left out. */
static const struct tool_type {
	const char *name; /* with prefix: what the type begins with */
	bool prefix;
	enum tool_kind kind;
	const char *members[4];
} tool_types[] = {
    {"function", false, TOOL_NESTED,
	{"name", "description", "parameters", "strict"}},
    {"custom", false, TOOL_NESTED, {"name", "description", "format"}},
    {"web_search", true, TOOL_SEARCH, {NULL}},
    {"code_interpreter", false, TOOL_CODE, {NULL}},
};

/* The row for a tool's type; NULL with the error set. */
static const struct tool_type *
type_of(struct responses_build *b, struct json_object *tool, const char *path)
{
	struct json_object *type;
	if (!field_member(
		tool, "type", FIELD_STRING, true, path, &type, b->error))
		return NULL;

	const char *word = json_object_get_string(type);
	for (size_t i = 0; i < COUNT_OF(tool_types); i++) {
		const struct tool_type *row = &tool_types[i];
		if (strcmp(word, row->name) == 0 ||
		    (row->prefix &&
			strncmp(word, row->name, strlen(row->name)) == 0))
			return row;
	}
	api_error_set(b->error, FAULT_UNSUPPORTED_VALUE,
	    field_path("%s.type", path).text,
	    "Tools of type '%.*s' are not supported; 'function', 'custom', "
	    "'web_search' and 'code_interpreter' are.",
	    (int)text_cut(word, FIELD_QUOTE_MAX), word);
	return NULL;
}

/* {"type":T,"name":…} → {"type":T,T:{"name":…}}; for a tool and for a
 * choice. */
static struct json_object *
nested(const struct tool_type *type, struct json_object *flat)
{
	struct json_object *inside = json_object_new_object();
	for (size_t i = 0; i < COUNT_OF(type->members) && type->members[i]; i++)
		if (json_get(flat, type->members[i]) != NULL)
			json_share(inside, type->members[i],
			    json_get(flat, type->members[i]));
	struct json_object *o = json_object_new_object();
	json_set_text(o, "type", type->name);
	json_set(o, type->name, inside);
	return o;
}

/* Append a nested tool to the list that the chat request has at `where`. */
static void
add_nested(struct responses_build *b, const struct tool_type *type,
    struct json_object *flat, struct json_object *list, const char *where,
    const char *path)
{
	size_t k = json_count(list);
	json_object_array_add(list, nested(type, flat));
	responses_path_note(b->places, path, "%s[%zu]", where, k);
	responses_path_note(
	    b->places, path, "%s[%zu].%s", where, k, type->name);
}

/* --- tools --------------------------------------------------------------- */

static bool
add_tool(struct responses_build *b, struct json_object *tool,
    struct json_object *list, const char *path)
{
	static const struct field_rule object = {FIELD_OBJECT, 0, 0};
	if (!field_check(tool, &object, path, b->error))
		return false;
	const struct tool_type *type = type_of(b, tool, path);
	if (type == NULL)
		return false;

	struct json_object *o = json_object_new_object();
	switch (type->kind) {
	case TOOL_NESTED:
		json_object_put(o);
		add_nested(b, type, tool, list, "tools", path);
		break;
	case TOOL_SEARCH:
		json_set(b->chat, "web_search_options", o);
		responses_path_note(b->places, path, "web_search_options");
		break;
	case TOOL_CODE:
		json_set(o, "codeExecution", json_object_new_object());
		responses_path_note(
		    b->places, path, "tools[%zu]", json_count(list));
		json_object_array_add(list, o);
		break;
	}
	return true;
}

static bool
convert_tools(struct responses_build *b)
{
	struct json_object *tools;
	if (!field_member(
		b->body, "tools", FIELD_ARRAY, false, "", &tools, b->error))
		return false;
	if (tools == NULL)
		return true;

	struct json_object *list = json_object_new_array();
	bool ok = true;
	for (size_t i = 0; ok && i < json_count(tools); i++)
		ok = add_tool(b, json_at(tools, i), list,
		    field_path("tools[%zu]", i).text);
	json_set(b->chat, "tools", list);
	return ok;
}

/* --- tool_choice --------------------------------------------------------- */

/* The functions among the tools that are allowed: the others are Gemini's
 * own, which it may use in any case. If there are only such, no function may
 * be called. */
static struct json_object *
allowed_list(struct responses_build *b, struct json_object *tools)
{
	static const char where[] = "tool_choice.allowed_tools.tools";
	static const char from[] = "tool_choice.tools";
	struct json_object *list = json_object_new_array();
	bool ok = field_check_elements(tools, FIELD_OBJECT, from, b->error);
	for (size_t i = 0; ok && i < json_count(tools); i++) {
		struct json_object *tool = json_at(tools, i);
		const struct field_path path = field_path("%s[%zu]", from, i);
		const struct tool_type *type = type_of(b, tool, path.text);
		ok = type != NULL;
		if (ok && type->kind == TOOL_NESTED)
			add_nested(b, type, tool, list, where, path.text);
	}
	if (ok)
		return list;
	json_object_put(list);
	return NULL;
}

/* {"type":"allowed_tools","mode":…,"tools":[…]} */
static bool
convert_allowed(struct responses_build *b, struct json_object *choice)
{
	struct json_object *tools;
	bool ok = field_member(choice, "tools", FIELD_ARRAY, true,
	    "tool_choice", &tools, b->error);
	struct json_object *list = ok ? allowed_list(b, tools) : NULL;
	if (list == NULL)
		return false;
	if (json_count(list) == 0 && json_count(tools) > 0) {
		json_object_put(list);
		json_set_text(b->chat, "tool_choice", "none");
		return true;
	}

	struct json_object *inside = json_object_new_object();
	if (json_get(choice, "mode") != NULL)
		json_share(inside, "mode", json_get(choice, "mode"));
	json_set(inside, "tools", list);
	struct json_object *o = json_object_new_object();
	json_set_text(o, "type", "allowed_tools");
	json_set(o, "allowed_tools", inside);
	json_set(b->chat, "tool_choice", o);
	return true;
}

/* A word means the same in both. Gemini's own tools cannot be forced: to
 * choose one leaves the choice to the model. */
static bool
convert_choice(struct responses_build *b)
{
	static const char path[] = "tool_choice";
	struct json_object *choice = json_get(b->body, path);
	if (choice == NULL)
		return true;
	if (!json_object_is_type(choice, json_type_object)) {
		json_share(b->chat, path, choice);
		return true;
	}

	const char *word = json_get_text(choice, "type");
	if (word != NULL && strcmp(word, "allowed_tools") == 0)
		return convert_allowed(b, choice);
	const struct tool_type *type = type_of(b, choice, path);
	if (type != NULL && type->kind == TOOL_NESTED)
		json_set(b->chat, path, nested(type, choice));
	return type != NULL;
}

bool
responses_tools_convert(struct responses_build *b)
{
	return convert_tools(b) && convert_choice(b);
}
