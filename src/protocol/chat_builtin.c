/* Gemini's own tools as elements of `tools`. */
#include "protocol/chat_builtin.h"

#include "base/json.h"
#include "protocol/chat_fields.h"

void
chat_builtin_add(struct chat_build *b, enum builtin which)
{
	b->builtins |= which;
}

bool
chat_builtin_has(const struct chat_build *b, enum builtin which)
{
	return (b->builtins & which) != 0;
}

void
chat_builtin_write(struct chat_build *b)
{
	static const struct {
		enum builtin which;
		const char *name;
	} rows[] = {
	    {BUILTIN_SEARCH, "googleSearch"},
	    {BUILTIN_URL_CONTEXT, "urlContext"},
	    {BUILTIN_CODE, "codeExecution"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (!chat_builtin_has(b, rows[i].which))
			continue;
		struct json_object *tool = json_object_new_object();
		json_set(tool, rows[i].name, json_object_new_object());
		if (b->tools == NULL)
			b->tools = json_object_new_array();
		json_object_array_add(b->tools, tool);
	}
}
