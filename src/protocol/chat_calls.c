/* tool_calls and function_call → functionCall parts. */
#include "protocol/chat_calls.h"

#include <string.h>

#include "base/json.h"
#include "protocol/chat_fields.h"
#include "protocol/field.h"
#include "protocol/tool_names.h"

/* --- signatures --------------------------------------------------------- */

/* Put o.extra_content.google.thought_signature, where o is at path, on the
 * part. The rest of extra_content is none of ours. */
static bool
sign(struct chat_build *b, struct json_object *o, const char *path,
    struct json_object *part)
{
	static const struct field_rule string = {FIELD_STRING, 0, 0};
	struct json_object *signature =
	    json_path(o, "extra_content", "google", "thought_signature", NULL);
	if (signature == NULL)
		return true;
	if (!field_check(signature, &string,
		field_path("%s.extra_content.google.thought_signature", path)
		    .text,
		b->error))
		return false;
	if (json_object_get_string_len(signature) > 0)
		json_share(part, "thoughtSignature", signature);
	return true;
}

bool
chat_calls_sign_text(struct chat_build *b, struct json_object *message,
    size_t i, struct json_object *parts)
{
	const struct field_path path = field_path("messages[%zu]", i);
	size_t last = json_count(parts);
	while (last > 0 && json_get(json_at(parts, last - 1), "text") == NULL)
		last--;
	if (last > 0)
		return sign(b, message, path.text, json_at(parts, last - 1));

	/* Beside calls alone it stands on a text of its own, as it came. */
	struct json_object *part = json_object_new_object();
	json_set_text(part, "text", "");
	bool ok = sign(b, message, path.text, part);
	if (json_get(part, "thoughtSignature") != NULL && json_count(parts) > 0)
		json_object_array_add(parts, json_object_get(part));
	json_object_put(part);
	return ok;
}

/* --- calls --------------------------------------------------------------- */

/* What was called, before it is written. */
struct called {
	const char *name;
	struct json_object *id;   /* NULL: the old form has none */
	struct json_object *args; /* owned */
	bool custom;
};

/* The arguments, which a client keeps as text: the JSON as it is written, so
 * that no number changes; a text that is no object is kept under a name of
 * its own. */
static struct json_object *
args_of(struct json_object *text)
{
	const char *bytes = text == NULL ? "" : json_object_get_string(text);
	size_t len =
	    text == NULL ? 0 : (size_t)json_object_get_string_len(text);
	size_t white = strspn(bytes, " \t\r\n");
	if (white == len || strcmp(bytes + white, "null") == 0)
		return json_object_new_object();

	struct json_object *tree = json_parse(bytes, len, NULL);
	struct json_object *args = json_object_is_type(tree, json_type_object)
	    ? json_flatten(tree)
	    : NULL;
	json_object_put(tree);
	if (args == NULL) {
		args = json_object_new_object();
		json_share(args, "_raw", text);
	}
	return args;
}

/* {"name":…, "arguments":…} at path. */
static bool
read_function(struct chat_build *b, struct json_object *function,
    const char *path, struct called *call)
{
	struct json_object *text;
	if (!field_name(function, "name", path, &call->name, b->error) ||
	    !field_member(function, "arguments", FIELD_STRING, false, path,
		&text, b->error))
		return false;
	call->args = args_of(text);
	return true;
}

/* {"name":…, "input":…} at path. */
static bool
read_custom(struct chat_build *b, struct json_object *custom, const char *path,
    struct called *call)
{
	struct json_object *input;
	if (!field_name(custom, "name", path, &call->name, b->error) ||
	    !field_member(
		custom, "input", FIELD_STRING, false, path, &input, b->error))
		return false;
	call->custom = true;
	call->args = json_object_new_object();
	if (input != NULL)
		json_share(call->args, "input", input);
	else
		json_set_text(call->args, "input", "");
	return true;
}

/* The types of calls; the object with the name has the type's name. */
static const struct call_type {
	const char *name;
	bool (*read)(struct chat_build *b, struct json_object *called,
	    const char *path, struct called *call);
} call_types[] = {
    {"function", read_function},
    {"custom", read_custom},
};

/* Append the call, which o at path has told of. Takes call->args over. */
static bool
add_call(struct chat_build *b, struct json_object *o, const char *path,
    const struct called *call, struct json_object *parts)
{
	const struct tool_name *name =
	    tool_names_add(&b->req->names, call->name, call->custom);
	if (name == NULL) {
		json_object_put(call->args);
		return api_error_set(
		    b->error, FAULT_INTERNAL, NULL, "out of memory");
	}
	struct json_object *function = json_object_new_object();
	if (call->id != NULL && json_object_get_string_len(call->id) > 0)
		json_share(function, "id", call->id);
	json_set_text(function, "name", name->gemini);
	json_set(function, "args", call->args);

	struct json_object *part = json_object_new_object();
	json_set(part, "functionCall", function);
	json_object_array_add(parts, part);
	return sign(b, o, path, part);
}

/* One of tool_calls, at path. */
static bool
convert_call(struct chat_build *b, struct json_object *o, const char *path,
    struct json_object *parts)
{
	const char *names[COUNT_OF(call_types)];
	struct called call = {0};
	struct json_object *type, *inner;
	int which = 0;

	if (!field_member(
		o, "id", FIELD_STRING, true, path, &call.id, b->error) ||
	    !field_member(
		o, "type", FIELD_STRING, false, path, &type, b->error))
		return false;
	for (size_t i = 0; i < COUNT_OF(call_types); i++)
		names[i] = call_types[i].name;
	if (type != NULL)
		which = field_choose(type, names, COUNT_OF(call_types),
		    field_path("%s.type", path).text, b->error);
	if (which < 0 ||
	    !field_member(
		o, names[which], FIELD_OBJECT, true, path, &inner, b->error))
		return false;
	return call_types[which].read(b, inner,
		   field_path("%s.%s", path, names[which]).text, &call) &&
	    add_call(b, o, path, &call, parts);
}

/* The older form; a message that has both says the same twice. */
static bool
convert_legacy(struct chat_build *b, struct json_object *message,
    const char *path, struct json_object *parts)
{
	struct json_object *inner;
	struct called call = {0};
	const struct field_path member = field_path("%s.function_call", path);
	if (!field_member(message, "function_call", FIELD_OBJECT, false, path,
		&inner, b->error))
		return false;
	return inner == NULL ||
	    (read_function(b, inner, member.text, &call) &&
		add_call(b, inner, member.text, &call, parts));
}

bool
chat_calls_convert(struct chat_build *b, struct json_object *message, size_t i,
    struct json_object *parts)
{
	struct json_object *calls;
	const struct field_path path = field_path("messages[%zu]", i);
	const struct field_path list =
	    field_path("messages[%zu].tool_calls", i);
	if (!field_member(message, "tool_calls", FIELD_ARRAY, false, path.text,
		&calls, b->error) ||
	    !field_check_elements(calls, FIELD_OBJECT, list.text, b->error))
		return false;
	if (json_count(calls) == 0)
		return convert_legacy(b, message, path.text, parts);
	for (size_t k = 0; k < json_count(calls); k++)
		if (!convert_call(b, json_at(calls, k),
			field_path("%s[%zu]", list.text, k).text, parts))
			return false;
	return true;
}
