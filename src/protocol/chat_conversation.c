/* What stays the same while a conversation goes on. */
#include "protocol/chat_conversation.h"

#include <string.h>

#include "base/json.h"

/* Of a picture or another file its beginning and its size are enough. */
#define DATA_MAX ((size_t)4096)

/* Texts are preceded by their length: no two lists of them look alike. */
static void
add_text(struct buf *out, const char *text, size_t len, size_t max)
{
	buf_fmt(out, "%zu:", len);
	buf_add(out, text, len < max ? len : max);
}

static void
add_string(struct buf *out, struct json_object *string, size_t max)
{
	size_t len;
	if (!json_object_is_type(string, json_type_string)) {
		buf_byte(out, '-');
		return;
	}
	const char *text = json_text(string, &len);
	add_text(out, text, len, max);
}

/* What a part holds of these; other kinds of parts do not begin a talk. */
static void
add_parts(struct buf *out, struct json_object *parts)
{
	static const struct {
		const char *outer, *inner;
	} members[] = {
	    {"inlineData", "mimeType"},
	    {"inlineData", "data"},
	    {"fileData", "fileUri"},
	};
	buf_fmt(out, "[%zu", json_count(parts));
	for (size_t i = 0; i < json_count(parts); i++) {
		struct json_object *part = json_at(parts, i);
		buf_byte(out, ' ');
		add_string(out, json_get(part, "text"), BUF_LARGE);
		for (size_t k = 0; k < COUNT_OF(members); k++)
			add_string(out,
			    json_path(
				part, members[k].outer, members[k].inner, NULL),
			    DATA_MAX);
	}
	buf_byte(out, ']');
}

/* The first turn of that role, or NULL. */
static struct json_object *
first_turn(const struct chat_request *req, const char *role)
{
	struct json_object *turns = json_get(req->gemini, "contents");
	for (size_t i = 0; i < json_count(turns); i++) {
		struct json_object *turn = json_at(turns, i);
		const char *is = json_get_text(turn, "role");
		if (is != NULL && strcmp(is, role) == 0)
			return turn;
	}
	return NULL;
}

bool
chat_conversation_key(const struct chat_request *req, struct buf *out)
{
	if (first_turn(req, "model") == NULL)
		return false;
	add_text(out, req->pool_model, strlen(req->pool_model), BUF_LARGE);
	add_parts(
	    out, json_path(req->gemini, "systemInstruction", "parts", NULL));
	add_parts(out, json_get(first_turn(req, "user"), "parts"));
	return true;
}
