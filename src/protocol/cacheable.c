/* The rules of which answers may be given again. */
#include "protocol/cacheable.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"

/* --- what the client wants ----------------------------------------------- */

static bool
is_zero(struct json_object *number)
{
	return (json_object_is_type(number, json_type_int) ||
		   json_object_is_type(number, json_type_double)) &&
	    json_object_get_double(number) == 0;
}

static bool
is_deterministic(struct json_object *o)
{
	return is_zero(json_get(o, "temperature")) ||
	    json_get(o, "seed") != NULL;
}

bool
cacheable_openai(struct json_object *body)
{
	return is_deterministic(body) && json_get_int(body, "n", 1) == 1 &&
	    !json_get_bool(body, "store");
}

/* A member of Gemini's in one of its spellings. */
static struct json_object *
either(struct json_object *o, const char *camel, const char *snake)
{
	struct json_object *value = json_get(o, camel);
	return value != NULL ? value : json_get(o, snake);
}

static struct json_object *
config_of(struct json_object *gemini)
{
	return either(gemini, "generationConfig", "generation_config");
}

bool
cacheable_gemini(struct json_object *body)
{
	return is_deterministic(config_of(body));
}

/* --- what the answer rests on -------------------------------------------- */

/* All tools are functions of the client's. */
static bool
has_only_functions(struct json_object *tools)
{
	if (tools == NULL)
		return true;
	if (!json_object_is_type(tools, json_type_array))
		return false;
	for (size_t i = 0; i < json_count(tools); i++) {
		struct json_object *tool = json_at(tools, i);
		if (!json_object_is_type(tool, json_type_object))
			return false;
		json_object_object_foreach(tool, name, value)
		{
			(void)value;
			if (strcmp(name, "functionDeclarations") != 0 &&
			    strcmp(name, "function_declarations") != 0)
				return false;
		}
	}
	return true;
}

/* One answer, and of text. */
static bool
is_of_text(struct json_object *config)
{
	struct json_object *kinds =
	    either(config, "responseModalities", "response_modalities");
	for (size_t i = 0; i < json_count(kinds); i++)
		if (!text_same(
			json_object_get_string(json_at(kinds, i)), "TEXT"))
			return false;
	return json_get_int(config, "candidateCount", 1) == 1 &&
	    json_get_int(config, "candidate_count", 1) == 1 &&
	    either(config, "speechConfig", "speech_config") == NULL;
}

/* Is there a member of that name somewhere in the compact text? Inside of a
 * string there is a backslash before each quote. */
static bool
has_member(const char *text, size_t len, const char *quoted)
{
	return len > 0 && memmem(text, len, quoted, strlen(quoted)) != NULL;
}

bool
cacheable_request(struct json_object *gemini, const struct buf *text)
{
	static const char *const elsewhere[] = {
	    "\"fileData\":", "\"file_data\":", "\"fileUri\":", "\"file_uri\":",
	    "\"cachedContent\":", "\"cached_content\":",
	    "\"continuationToken\":", "\"continuation_token\":"};
	if (!has_only_functions(json_get(gemini, "tools")) ||
	    !is_of_text(config_of(gemini)) || json_get_bool(gemini, "store"))
		return false;
	for (size_t i = 0; i < COUNT_OF(elsewhere); i++)
		if (has_member(text->data, text->len, elsewhere[i]))
			return false;
	return true;
}

/* Is there a text that is not empty? Google writes JSON with white space. */
static bool
has_text(const char *bytes, size_t len)
{
	static const char name[] = "\"text\"";
	const char *end = bytes + len;
	const char *at = bytes;
	while (has_member(at, (size_t)(end - at), name)) {
		at = (const char *)memmem(
			 at, (size_t)(end - at), name, sizeof(name) - 1) +
		    sizeof(name) - 1;
		while (at < end && strchr(" \t\r\n:", *at) != NULL)
			at++;
		if (end - at >= 2 && at[0] == '"' && at[1] != '"')
			return true;
	}
	return false;
}

bool
cacheable_answer(const char *bytes, size_t len)
{
	bool calls = has_member(bytes, len, "\"functionCall\"");
	return (calls || has_text(bytes, len) ||
		   has_member(bytes, len, "\"values\"")) &&
	    !has_member(bytes, len, "\"inlineData\"") &&
	    !has_member(bytes, len, "\"fileData\"") &&
	    !(calls && has_member(bytes, len, "\"thoughtSignature\""));
}

/* --- the same body looks the same ---------------------------------------- */

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void
cacheable_write(struct buf *out, struct json_object *body)
{
	size_t n = 0;
	const char **names =
	    calloc((size_t)json_object_object_length(body) + 1, sizeof(*names));
	if (names == NULL) {
		buf_fail(out);
		return;
	}
	json_object_object_foreach(body, name, value)
	{
		if (value != NULL)
			names[n++] = name;
	}
	qsort(names, n, sizeof(*names), compare_names);
	buf_byte(out, '{');
	for (size_t i = 0; i < n; i++) {
		json_write_text(out, names[i], strlen(names[i]));
		buf_byte(out, ':');
		json_write(out, json_get(body, names[i]));
		buf_byte(out, ',');
	}
	buf_byte(out, '}');
	free(names);
}
