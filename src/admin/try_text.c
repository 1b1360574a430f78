/* Texts of answers. */
#include "admin/try_text.h"

#include "base/json.h"
#include "base/text.h"

/* Append a member of an object that is a text. */
static void
add(struct json_object *o, const char *name, struct buf *out)
{
	struct json_object *text = json_get(o, name);
	if (json_object_is_type(text, json_type_string))
		buf_add(out, json_object_get_string(text),
		    (size_t)json_object_get_string_len(text));
}

/* OpenAI's chat: choices[].message.content, or delta in a stream. */
static void
take_chat(struct json_object *answer, struct buf *out)
{
	struct json_object *choice = json_at(json_get(answer, "choices"), 0);
	add(json_get(choice, "message"), "content", out);
	add(json_get(choice, "delta"), "content", out);
}

/* OpenAI's responses: output[].content[].text; in a stream the events that
 * bring a piece. The last event has all of it again, in a member of its
 * own. */
static void
take_response(struct json_object *answer, struct buf *out)
{
	struct json_object *output = json_get(answer, "output");
	if (text_same(
		json_get_text(answer, "type"), "response.output_text.delta"))
		add(answer, "delta", out);
	for (size_t i = 0; i < json_count(output); i++) {
		struct json_object *parts =
		    json_get(json_at(output, i), "content");
		for (size_t k = 0; k < json_count(parts); k++)
			if (text_same(json_get_text(json_at(parts, k), "type"),
				"output_text"))
				add(json_at(parts, k), "text", out);
	}
}

/* Gemini: candidates[].content.parts[].text. */
static void
take_gemini(struct json_object *answer, struct buf *out)
{
	struct json_object *candidate =
	    json_at(json_get(answer, "candidates"), 0);
	struct json_object *parts =
	    json_path(candidate, "content", "parts", NULL);
	for (size_t i = 0; i < json_count(parts); i++)
		if (!json_get_bool(json_at(parts, i), "thought"))
			add(json_at(parts, i), "text", out);
}

void
try_text_take(struct json_object *answer, struct buf *out)
{
	take_chat(answer, out);
	take_response(answer, out);
	take_gemini(answer, out);
}
