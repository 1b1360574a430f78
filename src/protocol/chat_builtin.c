/* The set of Gemini's own tools in a request. */
#include "protocol/chat_builtin.h"

#include <string.h>

#include "base/json.h"
#include "protocol/chat_fields.h"

static const struct builtin_row {
	const char *name, *snake_name;
} rows[] = {
    [BUILTIN_SEARCH] = {"googleSearch", "google_search"},
    [BUILTIN_URL_CONTEXT] = {"urlContext", "url_context"},
    [BUILTIN_CODE] = {"codeExecution", "code_execution"},
};

void
chat_builtin_add(struct chat_build *b, enum builtin which)
{
	b->builtins |= 1u << which;
}

bool
chat_builtin_find(const char *name, enum builtin *which)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (strcmp(name, rows[i].name) == 0 ||
		    strcmp(name, rows[i].snake_name) == 0) {
			*which = (enum builtin)i;
			return true;
		}
	return false;
}

bool
chat_builtin_has(const struct chat_build *b, enum builtin which)
{
	return (b->builtins & 1u << which) != 0;
}

void
chat_builtin_drop(struct chat_build *b)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (chat_builtin_has(b, (enum builtin)i))
			chat_fields_dropped(b, rows[i].name);
	b->builtins = 0;
}

void
chat_builtin_write(const struct chat_build *b, struct json_object *tools)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (!chat_builtin_has(b, (enum builtin)i))
			continue;
		struct json_object *tool = json_object_new_object();
		json_set(tool, rows[i].name, json_object_new_object());
		json_object_array_add(tools, tool);
	}
}
