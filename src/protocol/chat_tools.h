/*
 * The tools of a chat request (contract section 1.4): `tools` and the older
 * `functions` become one tool of Gemini's with all functions in it.
 */
#ifndef KEYWHEEL_PROTOCOL_CHAT_TOOLS_H
#define KEYWHEEL_PROTOCOL_CHAT_TOOLS_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/json.h"

/* How free the model is to call. */
enum tool_mode {
	TOOL_MODE_AUTO, /* also if nothing was said */
	TOOL_MODE_NONE,
	TOOL_MODE_ANY,
};

/* What the client said of its tools. Zero-initialised = nothing. */
struct chat_tools {
	struct json_object *functions; /* functionDeclarations, or NULL */
	bool strict;                   /* one of them at least is */
	enum tool_mode mode;
	struct json_object *allowed; /* names, as Gemini has them; NULL: all */
};

struct chat_build;
struct chat_field;

/* Handlers of `tools` and `functions` (chat_field_fn). */
bool chat_tools_take(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path);
bool chat_tools_take_functions(struct chat_build *b,
    const struct chat_field *field, struct json_object *value,
    const char *path);

/* Add `tools`, with the built-in ones, and `toolConfig` to the body. Where
 * the model does not have both kinds together, the built-in ones go. */
void chat_tools_write(struct chat_build *b, struct json_object *gemini);

void chat_tools_clear(struct chat_tools *t);

#endif
