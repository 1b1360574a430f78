/* Pictures, as Google's models give them. */
#include "pictures.h"

#include <json-c/json.h>
#include <string.h>

#include "prompt.h"

/* One pixel; the number comes behind it, so that two pictures differ. */
static const unsigned char pictures_png[70] = {0x89, 0x50, 0x4e, 0x47, 0x0d,
    0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00,
    0x1f, 0x15, 0xc4, 0x89, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x44, 0x41, 0x54,
    0x78, 0xda, 0x63, 0x64, 0x60, 0xf8, 0x5f, 0x0f, 0x00, 0x02, 0x87, 0x01,
    0x80, 0xeb, 0x47, 0xba, 0x92, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e,
    0x44, 0xae, 0x42, 0x60, 0x82};

#define PICTURES_SIZE (sizeof(pictures_png) + 8) /* a multiple of three */

static const char pictures_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The base64 of a picture, of at least so many bytes. */
static void
pictures_base64(struct buf *out, uint64_t number, size_t least)
{
	static const char zeros[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
				    "AAAAAAAAAAAAAAAAAAAAAAAA";
	unsigned char bytes[PICTURES_SIZE];
	size_t n = PICTURES_SIZE / 3 * 4;

	memcpy(bytes, pictures_png, sizeof(pictures_png));
	for (size_t i = 0; i < 8; i++)
		bytes[sizeof(pictures_png) + i] =
		    (unsigned char)(number >> 8 * i);
	buf_reserve(out, least + n + sizeof(zeros));
	for (size_t i = 0; i < PICTURES_SIZE; i += 3) {
		unsigned bits = (unsigned)bytes[i] << 16 |
		    (unsigned)bytes[i + 1] << 8 | bytes[i + 2];

		for (int shift = 18; shift >= 0; shift -= 6)
			buf_add(out, &pictures_digits[bits >> shift & 63], 1);
	}
	for (; n < least; n += sizeof(zeros) - 1)
		buf_add(out, zeros, sizeof(zeros) - 1);
}

static struct json_object *
pictures_get(struct json_object *o, const char *name)
{
	struct json_object *value = NULL;

	if (json_object_is_type(o, json_type_object))
		json_object_object_get_ex(o, name, &value);
	return value;
}

static size_t
pictures_count(struct json_object *list)
{
	return json_object_is_type(list, json_type_array)
	    ? json_object_array_length(list)
	    : 0;
}

static bool
pictures_is(const char *text, const char *const *words)
{
	while (*words != NULL && strcmp(*words, text) != 0)
		words++;
	return *words != NULL;
}

/* Is the word among the modalities that are wanted? */
static bool
pictures_modality(struct json_object *root, const char *word)
{
	struct json_object *list = pictures_get(
	    pictures_get(root, "generationConfig"), "responseModalities");

	for (size_t i = 0; i < pictures_count(list); i++)
		if (strcmp(json_object_get_string(
			       json_object_array_get_idx(list, i)),
			word) == 0)
			return true;
	return false;
}

bool
pictures_asked(struct json_object *root)
{
	return pictures_modality(root, "IMAGE");
}

/* --- what Google would not take ------------------------------------------- */

static bool
pictures_base64_is(const char *text, size_t len)
{
	size_t n = len;

	while (n > 0 && len - n < 2 && text[n - 1] == '=')
		n--;
	if (len == 0 || len % 4 != 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (memchr(pictures_digits, text[i], 64) == NULL)
			return false;
	return true;
}

/* The pictures in a content. */
static bool
pictures_inputs(struct json_object *content, struct buf *why)
{
	static const char *const types[] = {"image/png", "image/jpeg",
	    "image/webp", "image/heic", "image/heif", NULL};
	struct json_object *parts = pictures_get(content, "parts");

	for (size_t i = 0; i < pictures_count(parts); i++) {
		struct json_object *o = pictures_get(
		    json_object_array_get_idx(parts, i), "inlineData");
		struct json_object *data = pictures_get(o, "data");
		const char *type =
		    json_object_get_string(pictures_get(o, "mimeType"));

		if (o == NULL)
			continue;
		if (type == NULL || !pictures_is(type, types)) {
			buf_printf(why, "Unsupported MIME type: %s",
			    type == NULL ? "" : type);
			return false;
		}
		if (!pictures_base64_is(json_object_get_string(data),
			(size_t)json_object_get_string_len(data))) {
			buf_text(why, "Base64 decoding failed.");
			return false;
		}
	}
	return true;
}

static bool
pictures_config(struct json_object *config, const char *model, struct buf *why)
{
	static const char *const shapes[] = {"1:1", "2:3", "3:2", "3:4", "4:3",
	    "4:5", "5:4", "9:16", "16:9", "21:9", NULL};
	static const char *const sizes[] = {"1K", "2K", "4K", NULL};

	json_object_object_foreach(config, name, value)
	{
		const char *text = json_object_get_string(value);
		bool shape = strcmp(name, "aspectRatio") == 0;

		if (!shape && strcmp(name, "imageSize") != 0) {
			buf_printf(why,
			    "Invalid JSON payload received. Unknown name "
			    "\"%s\" at 'generation_config.image_config'",
			    name);
			return false;
		}
		if (!shape && strncmp(model, "gemini-2", 8) == 0) {
			buf_text(
			    why, "Image size is not supported for this model.");
			return false;
		}
		if (!pictures_is(text, shape ? shapes : sizes)) {
			buf_printf(why,
			    "%s must be one of the supported values.", name);
			return false;
		}
	}
	return true;
}

bool
pictures_check(struct json_object *root, const char *model, struct buf *why)
{
	struct json_object *contents = pictures_get(root, "contents");
	struct json_object *config =
	    pictures_get(pictures_get(root, "generationConfig"), "imageConfig");

	if (strstr(model, "image") == NULL &&
	    strstr(model, "2.0-flash-exp") == NULL) {
		buf_text(why,
		    "Model does not support the requested response "
		    "modalities: image");
		return false;
	}
	for (size_t i = 0; i < pictures_count(contents); i++)
		if (!pictures_inputs(
			json_object_array_get_idx(contents, i), why))
			return false;
	return config == NULL || pictures_config(config, model, why);
}

/* --- answers -------------------------------------------------------------- */

/* The pictures in the prompt. */
static long long
pictures_shown(struct json_object *root)
{
	struct json_object *contents = pictures_get(root, "contents");
	long long n = 0;

	for (size_t i = 0; i < pictures_count(contents); i++) {
		struct json_object *parts = pictures_get(
		    json_object_array_get_idx(contents, i), "parts");

		for (size_t k = 0; k < pictures_count(parts); k++)
			n += pictures_get(json_object_array_get_idx(parts, k),
				 "inlineData") != NULL;
	}
	return n;
}

void
pictures_event(struct buf *out, const struct answer *a,
    struct json_object *root, size_t least)
{
	long long shown = PROMPT_MEDIA * pictures_shown(root);

	buf_text(out, "{\"candidates\":[{\"content\":{\"parts\":[");
	if (pictures_modality(root, "TEXT")) {
		buf_text(out, "{\"text\":");
		buf_json(out, a->text.at, a->text.len);
		buf_text(out, "},");
	}
	buf_text(
	    out, "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"");
	pictures_base64(out, a->number, least);
	buf_text(out, "\"}}],\"role\":\"model\"},");
	if (!a->unfinished)
		buf_text(out, "\"finishReason\":\"STOP\",");
	buf_printf(out,
	    "\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":%lld,"
	    "\"candidatesTokenCount\":%lld,\"totalTokenCount\":%lld,"
	    "\"promptTokensDetails\":[{\"modality\":\"TEXT\","
	    "\"tokenCount\":%lld}",
	    a->tokens.prompt, a->tokens.answer,
	    a->tokens.prompt + a->tokens.answer, a->tokens.prompt - shown);
	if (shown > 0)
		buf_printf(out, ",{\"modality\":\"IMAGE\",\"tokenCount\":%lld}",
		    shown);
	buf_text(out, "]},\"modelVersion\":");
	buf_json(out, a->model, strlen(a->model));
	buf_text(out, "}");
}

/* The parameters of predict; what it does not know it refuses. */
static bool
pictures_parameters(struct json_object *o, long long *count, struct buf *why)
{
	static const char *const known[] = {"sampleCount", "aspectRatio",
	    "sampleImageSize", "personGeneration", "includeRaiReason",
	    "outputOptions", "safetySetting", "language", NULL};
	static const char *const shapes[] = {
	    "1:1", "3:4", "4:3", "9:16", "16:9", NULL};
	struct json_object *shape = pictures_get(o, "aspectRatio");

	*count = 4;
	if (o == NULL)
		return true;
	json_object_object_foreach(o, name, value)
	{
		if (!pictures_is(name, known)) {
			buf_printf(why, "Unknown parameter: %s", name);
			return false;
		}
		if (strcmp(name, "sampleCount") == 0)
			*count = json_object_get_int64(value);
	}
	if (*count < 1 || *count > 4) {
		buf_text(why, "Sample count must be between 1 and 4.");
		return false;
	}
	if (shape == NULL || pictures_is(json_object_get_string(shape), shapes))
		return true;
	buf_text(why, "Aspect ratio is not supported.");
	return false;
}

bool
pictures_predict(struct buf *out, struct json_object *root, size_t least,
    uint64_t number, struct buf *why)
{
	struct json_object *instances = pictures_get(root, "instances");
	struct json_object *prompt = pictures_count(instances) == 1
	    ? pictures_get(json_object_array_get_idx(instances, 0), "prompt")
	    : NULL;
	long long count;

	if (!json_object_is_type(prompt, json_type_string)) {
		buf_text(why, "Only one instance with a prompt is supported.");
		return false;
	}
	if (!pictures_parameters(pictures_get(root, "parameters"), &count, why))
		return false;
	buf_text(out, "{\"predictions\":[");
	for (long long i = 0; i < count; i++) {
		buf_text(out, i > 0 ? "," : "");
		buf_text(out, "{\"bytesBase64Encoded\":\"");
		pictures_base64(out, number * 4 + (uint64_t)i, least);
		buf_text(out, "\",\"mimeType\":\"image/png\"}");
	}
	buf_text(out, "]}");
	return true;
}
