/* tools and functions → tools and toolConfig. */
#include "protocol/chat_tools.h"

#include "base/json.h"
#include "protocol/chat_builtin.h"
#include "protocol/chat_fields.h"
#include "protocol/field.h"
#include "protocol/tool_names.h"

/* Gemini's ceiling for functionDeclarations. */
#define FUNCTIONS_MAX 512

/* --- declarations ------------------------------------------------------ */

/* True for a schema that allows no argument: Gemini wants none then. */
static bool
has_no_arguments(struct json_object *schema)
{
	static const char *const others[] = {"$ref", "anyOf", "oneOf", "allOf"};
	struct json_object *properties = json_get(schema, "properties");
	struct json_object *more = json_get(schema, "additionalProperties");
	if (json_object_is_type(properties, json_type_object) &&
	    json_object_object_length(properties) > 0)
		return false;
	for (size_t i = 0; i < COUNT_OF(others); i++)
		if (json_get(schema, others[i]) != NULL)
			return false;
	return !json_object_is_type(more, json_type_object) &&
	    !json_get_bool(schema, "additionalProperties");
}

/* The schema as Gemini shall have it; the client's own is not changed. */
static struct json_object *
clean_parameters(struct json_object *schema)
{
	return json_object_get(schema);
}

/* A custom tool gets one text. */
static struct json_object *
custom_parameters(void)
{
	static const char text[] =
	    "{\"type\":\"object\",\"properties\":{\"input\":"
	    "{\"type\":\"string\"}},\"required\":[\"input\"]}";
	return json_parse(text, sizeof(text) - 1, NULL);
}

/* Add a function whose members have been checked. parameters is taken over;
 * NULL: it has none. path names the object with the name. */
static bool
declare(struct chat_build *b, const char *name, struct json_object *about,
    struct json_object *parameters, bool custom, const char *path)
{
	struct tool_names *names = &b->req->names;
	bool twice = tool_names_find(names, name) != NULL;
	const struct tool_name *entry =
	    twice ? NULL : tool_names_add(names, name, custom);
	if (entry == NULL) {
		const struct field_path member = field_path("%s.name", path);
		json_object_put(parameters);
		return twice
		    ? api_error_set(b->error, FAULT_BAD_VALUE, member.text,
			  "Invalid '%s': another tool has the same name.",
			  member.text)
		    : api_error_set(
			  b->error, FAULT_INTERNAL, NULL, "out of memory");
	}

	struct json_object *function = json_object_new_object();
	json_set_text(function, "name", entry->gemini);
	if (about != NULL)
		json_share(function, "description", about);
	else
		json_set_text(function, "description", "");
	if (parameters != NULL)
		json_set(function, "parametersJsonSchema", parameters);
	if (b->tools.functions == NULL)
		b->tools.functions = json_object_new_array();
	json_object_array_add(b->tools.functions, function);
	return true;
}

/* {"name":…, "description":…, "parameters":…, "strict":…} */
static bool
take_function(
    struct chat_build *b, struct json_object *function, const char *path)
{
	struct json_object *about, *parameters, *strict;
	enum builtin which;
	const char *name;

	if (!field_name(function, "name", path, &name, b->error) ||
	    !field_member(function, "description", FIELD_STRING, false, path,
		&about, b->error) ||
	    !field_member(function, "parameters", FIELD_OBJECT, false, path,
		&parameters, b->error) ||
	    !field_member(
		function, "strict", FIELD_BOOL, false, path, &strict, b->error))
		return false;

	bool bare = parameters == NULL || has_no_arguments(parameters);
	if (bare && b->policy->named_built_ins &&
	    chat_builtin_find(name, &which)) {
		chat_builtin_add(b, which);
		return true;
	}
	b->tools.strict |= json_object_get_boolean(strict);
	return declare(b, name, about,
	    bare ? NULL : clean_parameters(parameters), false, path);
}

/* A grammar cannot be enforced: what would come is not what was asked for. */
static bool
has_free_format(
    struct chat_build *b, struct json_object *custom, const char *path)
{
	static const char *const types[] = {"text", "grammar"};
	const struct field_path member = field_path("%s.format", path);
	const struct field_path inner = field_path("%s.format.type", path);
	struct json_object *format, *type;

	if (!field_member(
		custom, "format", FIELD_OBJECT, false, path, &format, b->error))
		return false;
	if (format == NULL)
		return true;
	if (!field_member(format, "type", FIELD_STRING, true, member.text,
		&type, b->error))
		return false;
	int which =
	    field_choose(type, types, COUNT_OF(types), inner.text, b->error);
	return which == 0 ||
	    (which == 1 &&
		api_error_set(b->error, FAULT_UNSUPPORTED_VALUE, inner.text,
		    "Grammars of custom tools are not supported; text is."));
}

/* {"name":…, "description":…, "format":…} */
static bool
take_custom(struct chat_build *b, struct json_object *custom, const char *path)
{
	struct json_object *about;
	const char *name;
	return field_name(custom, "name", path, &name, b->error) &&
	    field_member(custom, "description", FIELD_STRING, false, path,
		&about, b->error) &&
	    has_free_format(b, custom, path) &&
	    declare(b, name, about, custom_parameters(), true, path);
}

/* --- the fields --------------------------------------------------------- */

/* The types of tools; the object that describes one has the type's name. */
static const struct tool_type {
	const char *name;
	bool (*take)(struct chat_build *b, struct json_object *described,
	    const char *path);
} tool_types[] = {
    {"function", take_function},
    {"custom", take_custom},
};

static bool
is_gemini(struct json_object *tool)
{
	json_object_object_foreach(tool, name, value)
	{
		enum builtin which;
		(void)value;
		if (chat_builtin_find(name, &which))
			return true;
	}
	return false;
}

/* A tool as Gemini has it: {"googleSearch":{}}. What is said inside of how
 * to search is not passed on. */
static bool
take_gemini(struct chat_build *b, struct json_object *tool, const char *path)
{
	static const struct field_rule object = {FIELD_OBJECT, 0, 0};
	json_object_object_foreach(tool, name, value)
	{
		enum builtin which;
		if (!chat_builtin_find(name, &which))
			continue;
		if (!field_check(value, &object,
			field_path("%s.%s", path, name).text, b->error))
			return false;
		chat_builtin_add(b, which);
	}
	return true;
}

static bool
take_tool(struct chat_build *b, struct json_object *tool, const char *path)
{
	const char *names[COUNT_OF(tool_types)];
	const struct field_path member = field_path("%s.type", path);
	struct json_object *type = json_get(tool, "type"), *described;

	if (type == NULL && is_gemini(tool))
		return take_gemini(b, tool, path);
	if (type == NULL)
		return field_missing(member.text, b->error);
	for (size_t i = 0; i < COUNT_OF(tool_types); i++)
		names[i] = tool_types[i].name;
	int which = field_choose(
	    type, names, COUNT_OF(tool_types), member.text, b->error);
	return which >= 0 &&
	    field_member(tool, names[which], FIELD_OBJECT, true, path,
		&described, b->error) &&
	    tool_types[which].take(
		b, described, field_path("%s.%s", path, names[which]).text);
}

/* Every element of an array of tools, through take. */
static bool
take_all(struct chat_build *b, struct json_object *tools, const char *path,
    bool (*take)(struct chat_build *, struct json_object *, const char *))
{
	if (!field_check_elements(tools, FIELD_OBJECT, path, b->error))
		return false;
	for (size_t i = 0; i < json_count(tools); i++)
		if (!take(b, json_at(tools, i),
			field_path("%s[%zu]", path, i).text))
			return false;
	size_t count = json_count(b->tools.functions);
	if (count <= FUNCTIONS_MAX)
		return true;
	return api_error_set_code(b->error, FAULT_OUT_OF_RANGE,
	    "array_above_max_length", path,
	    "Invalid '%s': array too long. Expected an array with maximum "
	    "length %d, but got an array with length %zu instead.",
	    path, FUNCTIONS_MAX, count);
}

bool
chat_tools_take(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	(void)field;
	return take_all(b, value, path, take_tool);
}

/* Who asks with `functions` understands no answer but function_call. */
bool
chat_tools_take_functions(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	(void)field;
	b->req->legacy_functions =
	    json_count(b->tools.functions) == 0 && json_count(value) > 0;
	return take_all(b, value, path, take_function);
}

/* --- the body ----------------------------------------------------------- */

/* Gemini's word for how free the model is; NULL: nothing need be said. Names
 * are legal with ANY and VALIDATED only. */
static const char *
mode_word(const struct chat_tools *t, bool mixed)
{
	switch (t->mode) {
	case TOOL_MODE_NONE:
		return "NONE";
	case TOOL_MODE_ANY:
		return "ANY";
	case TOOL_MODE_AUTO:
		break;
	}
	return mixed || t->strict || t->allowed != NULL ? "VALIDATED" : NULL;
}

static void
write_config(const struct chat_tools *t, bool mixed, struct json_object *gemini)
{
	const char *mode = mode_word(t, mixed);
	if (mode == NULL)
		return;
	struct json_object *calling = json_object_new_object();
	json_set_text(calling, "mode", mode);
	if (t->allowed != NULL)
		json_share(calling, "allowedFunctionNames", t->allowed);

	struct json_object *config = json_object_new_object();
	json_set(config, "functionCallingConfig", calling);
	if (mixed)
		json_set_bool(config, "includeServerSideToolInvocations", true);
	json_set(gemini, "toolConfig", config);
}

void
chat_tools_write(struct chat_build *b, struct json_object *gemini)
{
	struct chat_tools *t = &b->tools;
	bool functions = json_count(t->functions) > 0;
	if (functions && !b->req->traits.mixed_tools)
		chat_builtin_drop(b);

	struct json_object *tools = json_object_new_array();
	if (functions) {
		struct json_object *tool = json_object_new_object();
		json_share(tool, "functionDeclarations", t->functions);
		json_object_array_add(tools, tool);
	}
	chat_builtin_write(b, tools);
	if (json_count(tools) > 0)
		json_share(gemini, "tools", tools);
	json_object_put(tools);
	if (functions)
		write_config(t, b->builtins != 0, gemini);
}

void
chat_tools_clear(struct chat_tools *t)
{
	json_object_put(t->functions);
	json_object_put(t->allowed);
	*t = (struct chat_tools){0};
}
