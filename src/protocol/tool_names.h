/*
 * The names of tools. Gemini wants a letter or an underscore first, then
 * [A-Za-z0-9_.:-], 128 characters at most (contract section 1.4); clients
 * have others as well. The table gives every name of the client's a legal
 * one of its own, and leads back in the answer.
 */
#ifndef KEYWHEEL_PROTOCOL_TOOL_NAMES_H
#define KEYWHEEL_PROTOCOL_TOOL_NAMES_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#define TOOL_NAME_MAX 128

struct tool_name {
	char *client; /* as the client has it */
	char *gemini; /* as Gemini has it */
	bool custom;  /* of type custom: called with a text, not with JSON */
};

/* Zero-initialised = empty. */
struct tool_names {
	struct tool_name *list;
	size_t count, room;
	struct json_object *by_client, *by_gemini; /* name: place in the list */
	unsigned repeats; /* names so far that were taken already */
};

void tool_names_clear(struct tool_names *t);

/* The entry of a client's name, which is made if it is new; NULL if memory
 * ran out. What these three return is valid until the next call of this
 * one. */
const struct tool_name *tool_names_add(
    struct tool_names *t, const char *client, bool custom);

/* The entry of a name of the client's, or of Gemini's; NULL: there is none. */
const struct tool_name *tool_names_find(
    const struct tool_names *t, const char *client);
const struct tool_name *tool_names_back(
    const struct tool_names *t, const char *gemini);

#endif
