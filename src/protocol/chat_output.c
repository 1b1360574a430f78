/* response_format, modalities and their relatives → generationConfig. */
#include "protocol/chat_output.h"

#include <string.h>

#include "base/json.h"
#include "protocol/schema.h"
#include "protocol/schema_text.h"

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
	enum { FORMAT_TEXT, FORMAT_OBJECT, FORMAT_SCHEMA };
	(void)field, (void)path;

	struct json_object *type = json_get(value, "type");
	if (type == NULL)
		return field_missing(type_path, b->error);
	int which =
	    field_choose(type, types, COUNT_OF(types), type_path, b->error);
	struct json_object *schema = NULL;
	if (which < 0 ||
	    (which == FORMAT_SCHEMA && !find_schema(b, value, &schema)))
		return false;
	if (which == FORMAT_TEXT)
		return true;

	b->req->json_wanted = true;
	b->schema = schema;
	return true;
}

/* Tools of whatever kind that the client asked for. */
static bool
has_tools(const struct chat_build *b)
{
	return b->tools.functions != NULL || b->builtins != 0;
}

/* False if Gemini's dialect cannot say it, or Gemini said it is too much. */
static bool
write_schema(struct chat_build *b)
{
	bool openapi = !b->req->traits.json_schema;
	struct json_object *cleaned;
	if (!b->req->traits.large_schemas ||
	    schema_clean(b->schema, openapi ? SCHEMA_OPENAPI : SCHEMA_JSON,
		&b->schema_room, &cleaned) != SCHEMA_OK)
		return false;
	if (json_object_object_length(cleaned) > 0)
		json_share(b->config,
		    openapi ? "responseSchema" : "responseJsonSchema", cleaned);
	json_object_put(cleaned);
	return true;
}

/* Some models have no JSON mode, or none beside tools: there, and for a
 * schema that cannot be sent, words must do. */
void
chat_output_write_format(struct chat_build *b)
{
	const struct model_traits *traits = &b->req->traits;
	if (!b->req->json_wanted)
		return;
	bool mode =
	    traits->json_mode && (traits->json_with_tools || !has_tools(b));
	if (mode)
		json_set_text(
		    b->config, "responseMimeType", "application/json");
	if (mode && (b->schema == NULL || write_schema(b)))
		return;
	schema_text_write(&b->instruction, b->schema);
	chat_fields_dropped(b, "response_format");
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
