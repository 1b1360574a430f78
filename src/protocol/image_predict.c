/* Imagen's requests and answers. */
#include "protocol/image_predict.h"

#include <string.h>

#include "base/text.h"

bool
image_predict_is(const char *model)
{
	return text_starts(model, "imagen-");
}

bool
image_predict_has_sizes(const char *model)
{
	return image_predict_is(model) && !text_starts(model, "imagen-3") &&
	    !text_contains(model, "fast");
}

struct json_object *
image_predict_body(
    const char *prompt, int n, const char *shape, const char *size)
{
	struct json_object *body = json_object_new_object();
	struct json_object *instances = json_object_new_array();
	struct json_object *instance = json_object_new_object();
	struct json_object *parameters = json_object_new_object();
	struct json_object *output = json_object_new_object();

	json_set_text(instance, "prompt", prompt);
	json_object_array_add(instances, instance);
	json_set(body, "instances", instances);
	json_set_int(parameters, "sampleCount", n);
	if (*shape != '\0')
		json_set_text(parameters, "aspectRatio", shape);
	if (size != NULL)
		json_set_text(parameters, "sampleImageSize", size);
	json_set_bool(parameters, "includeRaiReason", true);
	json_set_text(output, "mimeType", "image/png");
	json_set(parameters, "outputOptions", output);
	json_set(body, "parameters", parameters);
	return body;
}

/* A picture as a part of a content. */
static void
add_part(struct json_object *parts, struct json_object *prediction)
{
	struct json_object *data = json_get(prediction, "bytesBase64Encoded");
	const char *mime = json_get_text(prediction, "mimeType");
	if (data == NULL)
		return;
	struct json_object *inline_data = json_object_new_object();
	struct json_object *part = json_object_new_object();
	json_set_text(
	    inline_data, "mimeType", mime == NULL ? "image/png" : mime);
	json_share(inline_data, "data", data);
	json_set(part, "inlineData", inline_data);
	json_object_array_add(parts, part);
}

/* Why the pictures were kept back; NULL: nothing is said. */
static const char *
filter_reason(struct json_object *predictions)
{
	for (size_t i = 0; i < json_count(predictions); i++) {
		const char *reason =
		    json_get_text(json_at(predictions, i), "raiFilteredReason");
		if (reason != NULL)
			return reason;
	}
	return NULL;
}

/* An object is that has predictions, or nothing at all: it leaves out an empty
 * list. */
static bool
is_predicted(struct json_object *answer, struct json_object *predictions)
{
	return predictions != NULL
	    ? json_object_is_type(predictions, json_type_array)
	    : json_object_is_type(answer, json_type_object) &&
		json_object_object_length(answer) == 0;
}

struct json_object *
image_predict_answer(struct json_object *answer)
{
	struct json_object *predictions = json_get(answer, "predictions");
	if (!is_predicted(answer, predictions))
		return NULL;

	struct json_object *parts = json_object_new_array();
	struct json_object *content = json_object_new_object();
	struct json_object *candidate = json_object_new_object();
	struct json_object *candidates = json_object_new_array();
	struct json_object *o = json_object_new_object();
	for (size_t i = 0; i < json_count(predictions); i++)
		add_part(parts, json_at(predictions, i));

	const char *reason = filter_reason(predictions);
	json_set_text(candidate, "finishReason",
	    json_count(parts) > 0 ? "STOP"
		: reason != NULL  ? "IMAGE_SAFETY"
				  : "NO_IMAGE");
	if (reason != NULL)
		json_set_text(candidate, "finishMessage", reason);
	json_set(content, "parts", parts);
	json_set(candidate, "content", content);
	json_object_array_add(candidates, candidate);
	json_set(o, "candidates", candidates);
	return o;
}
