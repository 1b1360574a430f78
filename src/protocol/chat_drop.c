/* Where our own fields stand in Gemini's body, and their removal. */
#include "protocol/chat_drop.h"

#include <stddef.h>

#include "base/attr.h"
#include "base/json.h"

static bool
drop(struct json_object *o, const char *name)
{
	if (!json_object_is_type(o, json_type_object) ||
	    !json_object_object_get_ex(o, name, NULL))
		return false;
	json_object_object_del(o, name);
	return true;
}

/* A part, and the call or response in it. */
static bool
drop_in_part(struct json_object *part, const char *name)
{
	bool found = drop(part, name);
	found |= drop(json_get(part, "functionCall"), name);
	found |= drop(json_get(part, "functionResponse"), name);
	return found;
}

static bool
drop_in_turns(struct json_object *contents, const char *name)
{
	bool found = false;
	for (size_t i = 0; i < json_count(contents); i++) {
		struct json_object *parts =
		    json_get(json_at(contents, i), "parts");
		for (size_t k = 0; k < json_count(parts); k++)
			found |= drop_in_part(json_at(parts, k), name);
	}
	return found;
}

/* A tool that was nothing but that member goes with it. */
static bool
drop_in_tools(struct json_object *gemini, const char *name)
{
	struct json_object *tools = json_get(gemini, "tools");
	bool found = false;
	for (size_t i = json_count(tools); i-- > 0;) {
		struct json_object *tool = json_at(tools, i);
		if (!drop(tool, name))
			continue;
		found = true;
		if (json_object_object_length(tool) == 0)
			json_object_array_del_idx(tools, i, 1);
	}
	if (found && json_count(tools) == 0)
		json_object_object_del(gemini, "tools");
	return found;
}

bool
chat_drop_field(struct json_object *gemini, const char *name)
{
	struct json_object *config = json_get(gemini, "generationConfig");
	bool found = drop(gemini, name);
	found |= drop(config, name);
	found |= drop(json_get(config, "thinkingConfig"), name);
	found |= drop(json_get(gemini, "toolConfig"), name);
	found |= drop_in_tools(gemini, name);
	found |= drop_in_turns(json_get(gemini, "contents"), name);
	return found;
}
