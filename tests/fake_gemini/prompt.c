/* Prompts: parsed, checked, counted in a simple and repeatable way. */
#include "prompt.h"

#include <json-c/json.h>
#include <limits.h>
#include <string.h>

#define PROMPT_MALFORMED "Invalid JSON payload received. "

static struct json_object *
prompt_get(struct json_object *o, const char *camel, const char *snake)
{
	struct json_object *value = NULL;

	if (!json_object_is_type(o, json_type_object))
		return NULL;
	if (!json_object_object_get_ex(o, camel, &value) && snake != NULL)
		json_object_object_get_ex(o, snake, &value);
	return value;
}

static bool
prompt_parse(struct prompt *p, struct json_tokener *tokener, struct span body,
    struct buf *why)
{
	size_t end;

	json_tokener_reset(tokener);
	if (body.len > 0 && body.len <= INT_MAX)
		p->root =
		    json_tokener_parse_ex(tokener, body.at, (int)body.len);
	end = body.len > 0 ? json_tokener_get_parse_end(tokener) : 0;
	while (end < body.len && strchr(" \t\r\n", body.at[end]) != NULL)
		end++;
	if (p->root == NULL || end < body.len) {
		buf_text(why, PROMPT_MALFORMED);
		if (end >= body.len)
			buf_text(why, "Unexpected end of string.");
		else
			buf_printf(why, "Unexpected token at offset %zu.", end);
		return false;
	}
	if (!json_object_is_type(p->root, json_type_object)) {
		buf_text(why,
		    PROMPT_MALFORMED
		    "Unknown name \"\": Root element must be a message.");
		return false;
	}
	return true;
}

/* The tokens of one part but for its text, which goes to text. */
static long long
prompt_part(struct json_object *part, struct span *text)
{
	struct json_object *value = prompt_get(part, "text", NULL);

	text->len = 0;
	if (json_object_is_type(value, json_type_string)) {
		text->at = json_object_get_string(value);
		text->len = (size_t)json_object_get_string_len(value);
		return 0;
	}
	if (prompt_get(part, "inlineData", "inline_data") != NULL ||
	    prompt_get(part, "fileData", "file_data") != NULL)
		return PROMPT_MEDIA;
	return 16;
}

/* The tokens of a list of parts; the last text in it goes to text. */
static long long
prompt_parts(struct json_object *content, struct span *text)
{
	struct json_object *parts = prompt_get(content, "parts", NULL);
	long long bytes = 0, tokens = 0;
	size_t n = 0;
	bool one = json_object_is_type(parts, json_type_object);

	if (one)
		n = 1;
	else if (json_object_is_type(parts, json_type_array))
		n = json_object_array_length(parts);
	for (size_t i = 0; i < n; i++) {
		struct span found = {NULL, 0};

		tokens += prompt_part(
		    one ? parts : json_object_array_get_idx(parts, i), &found);
		bytes += (long long)found.len;
		if (found.at != NULL)
			*text = found;
	}
	return tokens + (bytes + 3) / 4;
}

static bool
prompt_role(struct json_object *content, bool *user)
{
	struct json_object *role = prompt_get(content, "role", NULL);
	const char *name;

	*user = true;
	if (role == NULL)
		return true;
	name = json_object_get_string(role);
	*user = strcmp(name, "user") == 0;
	return *user || strcmp(name, "model") == 0 ||
	    strcmp(name, "function") == 0;
}

static bool
prompt_contents(struct prompt *p, struct json_object *contents, struct buf *why)
{
	bool one = json_object_is_type(contents, json_type_object), user;
	size_t n = 0;

	if (one)
		n = 1;
	else if (json_object_is_type(contents, json_type_array))
		n = json_object_array_length(contents);
	if (n == 0) {
		buf_text(why,
		    "* GenerateContentRequest.contents: "
		    "contents is not specified\n");
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		struct json_object *content =
		    one ? contents : json_object_array_get_idx(contents, i);
		struct span text = {NULL, 0};

		if (!prompt_role(content, &user)) {
			buf_text(why, "Please use a valid role: user, model.");
			return false;
		}
		p->tokens += prompt_parts(content, &text);
		if (user && text.at != NULL)
			p->text = text;
	}
	return true;
}

bool
prompt_read(struct prompt *p, struct json_tokener *tokener, struct span body,
    struct buf *why)
{
	struct json_object *o, *inner;
	struct span ignored = {NULL, 0};

	*p = (struct prompt){.text = {"", 0}};
	if (!prompt_parse(p, tokener, body, why))
		return false;
	o = p->root;

	/* countTokens may wrap a whole request. */
	inner =
	    prompt_get(o, "generateContentRequest", "generate_content_request");
	if (inner != NULL)
		o = inner;
	if (!prompt_contents(p, prompt_get(o, "contents", NULL), why))
		return false;
	p->tokens += prompt_parts(
	    prompt_get(o, "systemInstruction", "system_instruction"), &ignored);
	if (p->tokens == 0)
		p->tokens = 1;
	return true;
}

bool
prompt_malformed(const struct buf *why)
{
	return strncmp(buf_str(why), PROMPT_MALFORMED,
		   strlen(PROMPT_MALFORMED)) == 0;
}

void
prompt_clear(struct prompt *p)
{
	json_object_put(p->root);
	p->root = NULL;
}
