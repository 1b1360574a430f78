/* Paths of the chat request as paths of the Responses request. */
#include "protocol/responses_path.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/field.h"

/* Fields that have another name, wherever they came from. */
static const struct {
	const char *chat, *client;
} renamed[] = {
    {"messages", "input"},
    {"max_completion_tokens", "max_output_tokens"},
    {"response_format", "text.format"},
    {"response_format.json_schema", "text.format"},
    {"tool_choice.allowed_tools", "tool_choice"},
    {"tool_choice.custom", "tool_choice"},
    {"tool_choice.function", "tool_choice"},
};

void
responses_path_note(
    struct json_object *places, const char *client, const char *chat, ...)
{
	char path[FIELD_PATH_SIZE];
	va_list args;
	if (places == NULL)
		return;
	va_start(args, chat);
	vsnprintf(path, sizeof(path), chat, args);
	va_end(args);
	json_set_text(places, path, client);
}

/* The client's name for exactly this path, or NULL. */
static const char *
name_of(struct json_object *places, const char *path)
{
	const char *name = json_get_text(places, path);
	for (size_t i = 0; name == NULL && i < COUNT_OF(renamed); i++)
		if (strcmp(path, renamed[i].chat) == 0)
			name = renamed[i].client;
	return name;
}

/* The client's path for one of the chat request's: its longest beginning
 * that has a name decides. The caller frees it; NULL: it is the same. */
static char *
rewritten(struct json_object *places, const char *path)
{
	char *begin = strdup(path);
	size_t len = begin == NULL ? 0 : strlen(begin);
	const char *name = NULL;
	while (len > 0 && (name = name_of(places, begin)) == NULL) {
		do
			len--;
		while (len > 0 && path[len] != '.' && path[len] != '[');
		begin[len] = '\0';
	}
	free(begin);
	if (name == NULL)
		return NULL;

	struct buf whole;
	buf_init(&whole, BUF_SMALL);
	buf_fmt(&whole, "%s%s", name, path + len);
	return buf_take(&whole);
}

/* The text with every 'old' replaced by 'new', quotes and all. */
static char *
with_name(const char *text, const char *old, const char *new)
{
	struct buf out;
	size_t len = strlen(old);
	buf_init(&out, BUF_LARGE);
	for (; *text != '\0'; text++) {
		bool here = text[0] == '\'' &&
		    strncmp(text + 1, old, len) == 0 && text[len + 1] == '\'';
		if (here) {
			buf_fmt(&out, "'%s'", new);
			text += len + 1;
		} else {
			buf_byte(&out, *text);
		}
	}
	return buf_take(&out);
}

void
responses_path_rewrite(struct json_object *places, struct api_error *error)
{
	char *name =
	    error->param == NULL ? NULL : rewritten(places, error->param);
	if (name == NULL)
		return;
	char *message = error->message == NULL
	    ? NULL
	    : with_name(error->message, error->param, name);
	if (message != NULL) {
		free(error->message);
		error->message = message;
	}
	free(error->param);
	error->param = name;
}
