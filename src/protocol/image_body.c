/* The body of a request for a picture. */
#include "protocol/image_body.h"

#include "base/text.h"

static void
add_text(struct json_object *list, const char *text)
{
	json_object_array_add(list, json_object_new_string(text));
}

/* The prompt, and the pictures behind it. */
static struct json_object *
make_contents(const struct image_body *b)
{
	struct json_object *contents = json_object_new_array();
	struct json_object *content = json_object_new_object();
	struct json_object *parts = json_object_new_array();
	struct json_object *text = json_object_new_object();
	json_set_text(text, "text", b->prompt);
	json_object_array_add(parts, text);
	for (size_t i = 0; i < json_count(b->inputs); i++) {
		struct json_object *part = json_object_new_object();
		json_share(part, "inlineData", json_at(b->inputs, i));
		json_object_array_add(parts, part);
	}
	json_set_text(content, "role", "user");
	json_set(content, "parts", parts);
	json_object_array_add(contents, content);
	return contents;
}

static struct json_object *
make_config(const struct image_body *b)
{
	struct json_object *config = json_object_new_object();
	struct json_object *modalities = json_object_new_array();
	struct json_object *image = json_object_new_object();
	/* The first models that drew would not do so without a word. */
	if (text_starts(b->model, "gemini-2.0"))
		add_text(modalities, "TEXT");
	add_text(modalities, "IMAGE");
	json_set(config, "responseModalities", modalities);
	if (*b->shape != '\0')
		json_set_text(image, "aspectRatio", b->shape);
	if (b->steps != NULL)
		json_set_text(image, "imageSize", b->steps);
	if (json_object_object_length(image) > 0)
		json_share(config, "imageConfig", image);
	json_object_put(image);
	return config;
}

struct json_object *
image_body_new(const struct image_body *b)
{
	struct json_object *body = json_object_new_object();
	json_set(body, "contents", make_contents(b));
	if (json_count(b->safety) > 0)
		json_share(body, "safetySettings", b->safety);
	json_set(body, "generationConfig", make_config(b));
	return body;
}
