/* The texts and the other parts of a tool's result. */
#include "protocol/tool_result.h"

#include <string.h>

#include "base/buf.h"
#include "base/json.h"

static const char white[] = " \t\r\n";

static void
join_texts(struct json_object *parts, struct buf *out)
{
	for (size_t i = 0; i < json_count(parts); i++) {
		struct json_object *text = json_get(json_at(parts, i), "text");
		if (text == NULL)
			continue;
		if (out->len > 0)
			buf_byte(out, '\n');
		buf_add(out, json_object_get_string(text),
		    (size_t)json_object_get_string_len(text));
	}
}

static bool
is_white(char c)
{
	return c != '\0' && strchr(white, c) != NULL;
}

/* What a text says as JSON; NULL if it is none. */
static struct json_object *
read_json(const char *text, size_t len, bool *object)
{
	struct json_object *tree = json_parse(text, len, NULL);
	*object = json_object_is_type(tree, json_type_object);
	struct json_object *flat = tree == NULL ? NULL : json_flatten(tree);
	json_object_put(tree);
	return flat;
}

/* The `response` for the texts of the parts. */
static struct json_object *
read_response(struct json_object *parts)
{
	struct buf joined;
	buf_init(&joined, BUF_LARGE);
	join_texts(parts, &joined);
	const char *text = buf_cstr(&joined);
	size_t len = joined.len;
	while (len > 0 && is_white(text[len - 1]))
		len--;
	while (len > 0 && is_white(*text)) {
		text++;
		len--;
	}

	bool object = false;
	struct json_object *response = NULL;
	struct json_object *value = read_json(text, len, &object);
	if (value != NULL && object) {
		response = value;
	} else {
		bool null = len == 4 && memcmp(text, "null", 4) == 0;
		response = json_object_new_object();
		if (value != NULL || null)
			json_set(response, "output", value);
		else
			json_set_text_len(response, "output", text, len);
	}
	buf_clear(&joined);
	return response;
}

/* The parts that are not text, or NULL. */
static struct json_object *
find_media(struct json_object *parts)
{
	struct json_object *media = NULL;
	for (size_t i = 0; i < json_count(parts); i++) {
		struct json_object *part = json_at(parts, i);
		if (json_get(part, "text") != NULL)
			continue;
		if (media == NULL)
			media = json_object_new_array();
		json_object_array_add(media, json_object_get(part));
	}
	return media;
}

struct json_object *
tool_result_write(struct json_object *function_response,
    struct json_object *parts, bool inside)
{
	struct json_object *media = find_media(parts);
	json_set(function_response, "response", read_response(parts));
	if (!inside || media == NULL)
		return media;
	json_set(function_response, "parts", media);
	return NULL;
}

void
tool_result_add_beside(struct json_object *turn_parts,
    const char *function_name, struct json_object *media)
{
	struct json_object *note = json_object_new_object();
	struct buf text;
	buf_init(&text, BUF_SMALL);
	buf_fmt(&text, "The call of %s also gave this:", function_name);
	json_set_text(note, "text", buf_cstr(&text));
	buf_clear(&text);
	json_object_array_add(turn_parts, note);
	for (size_t i = 0; i < json_count(media); i++)
		json_object_array_add(
		    turn_parts, json_object_get(json_at(media, i)));
}
