/* response_format, modalities and their relatives → generationConfig. */
#include "protocol/chat_output.h"

#include <string.h>

#include "base/json.h"

/* --- response_format (contract 1.5) ------------------------------------ */

/* json_schema.schema, or NULL if there is none; false if it is no object. */
static bool
find_schema(struct chat_build *b, struct json_object *format,
    struct json_object **schema)
{
	static const struct field_rule object = {FIELD_OBJECT, 0, 0};
	static const char outer_path[] = "response_format.json_schema";
	static const char inner_path[] = "response_format.json_schema.schema";

	struct json_object *outer = json_get(format, "json_schema");
	if (outer == NULL)
		return field_missing(outer_path, b->error);
	if (!field_check(outer, &object, outer_path, b->error))
		return false;
	*schema = json_get(outer, "schema");
	return *schema == NULL ||
	    field_check(*schema, &object, inner_path, b->error);
}

bool
chat_output_take_format(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	static const char *const types[] = {
	    "text", "json_object", "json_schema"};
	static const char type_path[] = "response_format.type";
	enum { TYPE_TEXT, TYPE_OBJECT, TYPE_SCHEMA };
	(void)path;

	struct json_object *type = json_get(value, "type");
	if (type == NULL)
		return field_missing(type_path, b->error);
	int which =
	    field_choose(type, types, COUNT_OF(types), type_path, b->error);
	struct json_object *schema = NULL;
	if (which < 0 ||
	    (which == TYPE_SCHEMA && !find_schema(b, value, &schema)))
		return false;
	if (which == TYPE_TEXT)
		return true;

	/* Gemma has no JSON mode: the prompt alone must do. */
	b->req->json_wanted = true;
	if (b->req->traits.family == MODEL_GEMMA) {
		chat_fields_dropped(b, field->name);
		return true;
	}
	json_set_text(b->config, "responseMimeType", "application/json");
	if (schema != NULL)
		json_share(b->config, "responseJsonSchema", schema);
	return true;
}

/* --- modalities -------------------------------------------------------- */

/* The formats that Gemini's PCM can be served in without an encoder. */
static const char *const audio_formats[] = {"wav", "pcm16"};

/* {"voice":"Kore"} or {"voice":{"id":"Kore"}} → speechConfig. */
static bool
write_voice(struct chat_build *b, struct json_object *audio)
{
	struct json_object *voice = json_get(audio, "voice");
	if (json_object_is_type(voice, json_type_object))
		voice = json_get(voice, "id");
	if (voice == NULL)
		return true;

	static const struct field_rule string = {FIELD_STRING, 0, 0};
	if (!field_check(voice, &string, "audio.voice", b->error))
		return false;
	struct json_object *prebuilt = json_object_new_object();
	struct json_object *config = json_object_new_object();
	struct json_object *speech = json_object_new_object();
	json_share(prebuilt, "voiceName", voice);
	json_set(config, "prebuiltVoiceConfig", prebuilt);
	json_set(speech, "voiceConfig", config);
	json_set(b->config, "speechConfig", speech);
	return true;
}

static bool
take_audio(struct chat_build *b)
{
	struct json_object *audio = json_get(b->body, "audio");
	const char *format = json_get_text(audio, "format");

	if (!b->req->traits.tts)
		return api_error_set(b->error, FAULT_UNSUPPORTED_VALUE,
		    "modalities", "The model '%s' does not answer with audio.",
		    b->req->model);
	for (size_t i = 0; format != NULL; i++) {
		if (i == COUNT_OF(audio_formats))
			return api_error_set(b->error, FAULT_UNSUPPORTED_VALUE,
			    "audio.format",
			    "Audio is served as 'wav' or 'pcm16' only.");
		if (strcmp(format, audio_formats[i]) == 0)
			break;
	}

	struct json_object *list = json_object_new_array();
	json_object_array_add(list, json_object_new_string("AUDIO"));
	json_set(b->config, "responseModalities", list);
	return write_voice(b, audio);
}

void
chat_output_ask_image(struct chat_build *b)
{
	struct json_object *list = json_object_new_array();
	json_object_array_add(list, json_object_new_string("TEXT"));
	json_object_array_add(list, json_object_new_string("IMAGE"));
	json_set(b->config, "responseModalities", list);
}

bool
chat_output_take_modalities(struct chat_build *b,
    const struct chat_field *field, struct json_object *value, const char *path)
{
	static const char *const words[] = {"text", "image", "audio"};
	bool wanted[COUNT_OF(words)] = {false};
	(void)field;

	if (!field_check_elements(value, FIELD_STRING, path, b->error))
		return false;
	for (size_t i = 0; i < json_count(value); i++) {
		int which = field_choose(
		    json_at(value, i), words, COUNT_OF(words), path, b->error);
		if (which < 0)
			return false;
		wanted[which] = true;
	}

	if (wanted[2])
		return take_audio(b);
	if (wanted[1])
		chat_output_ask_image(b);
	return true;
}

/* --- image_config ------------------------------------------------------ */

static bool
take_image_member(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	(void)path;
	struct json_object *config = json_get(b->config, "imageConfig");
	if (config == NULL) {
		config = json_object_new_object();
		json_set(b->config, "imageConfig", config);
	}
	json_share(config, field->to, value);
	return true;
}

bool
chat_output_take_image(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	static const struct chat_field rows[] = {
	    {"aspect_ratio", {FIELD_STRING, 0, 0}, take_image_member,
		"aspectRatio"},
	    {"aspectRatio", {FIELD_STRING, 0, 0}, take_image_member,
		"aspectRatio"},
	    {"image_size", {FIELD_STRING, 0, 0}, take_image_member,
		"imageSize"},
	    {"imageSize", {FIELD_STRING, 0, 0}, take_image_member, "imageSize"},
	};
	(void)field;
	return chat_fields_read(b, value, path, rows, COUNT_OF(rows));
}
