/* voice and speakers → speechConfig. */
#include "protocol/speech_speakers.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "protocol/field.h"
#include "protocol/speech_voice.h"

/* Gemini takes two, no more and no fewer. */
#define SPEAKERS 2

static struct json_object *
wrap(const char *name, struct json_object *value)
{
	struct json_object *o = json_object_new_object();
	json_set(o, name, value);
	return o;
}

/* {"prebuiltVoiceConfig":{"voiceName":…}} */
static struct json_object *
voice_config(const char *voice)
{
	struct json_object *name = json_object_new_object();
	json_set_text(name, "voiceName", voice);
	return wrap("prebuiltVoiceConfig", name);
}

static bool
unknown_voice(struct json_object *name, const char *path,
    const struct speech_policy *policy, struct api_error *error)
{
	const char *text = json_object_get_string(name);
	struct buf list;
	buf_init(&list, BUF_SMALL);
	speech_voice_list(policy->voices, &list);
	api_error_set(error, FAULT_BAD_VALUE, path,
	    "Invalid value: '%.*s'. Supported voices are: %s.",
	    (int)text_cut(text, FIELD_QUOTE_MAX), text, buf_cstr(&list));
	buf_clear(&list);
	return false;
}

/* The voice that o names at path; the policy's if it names none. */
static bool
read_voice(struct json_object *o, const char *path,
    const struct speech_policy *policy, const char **voice,
    struct api_error *error)
{
	struct json_object *value;
	struct field_path at =
	    field_path("%s%svoice", path, *path == '\0' ? "" : ".");
	if (!field_member(
		o, "voice", FIELD_TEXT_OR_OBJECT, false, path, &value, error))
		return false;
	if (json_object_is_type(value, json_type_object)) {
		const struct field_path outer = at;
		if (!field_member(value, "id", FIELD_STRING, true, outer.text,
			&value, error))
			return false;
		at = field_path("%s.id", outer.text);
	}
	const char *name =
	    value == NULL ? policy->voice : json_object_get_string(value);
	bool whole = value == NULL ||
	    strlen(name) == (size_t)json_object_get_string_len(value);
	*voice = whole ? speech_voice_find(name, policy->voices) : NULL;
	/* The operator may know a voice that we do not. */
	if (*voice == NULL && value == NULL)
		*voice = policy->voice;
	return *voice != NULL || unknown_voice(value, at.text, policy, error);
}

static bool
read_speaker(struct json_object *list, size_t i,
    const struct speech_policy *policy, struct json_object *configs,
    struct api_error *error)
{
	static const struct field_rule object = {FIELD_OBJECT, 0, 0};
	const struct field_path path = field_path("speakers[%zu]", i);
	struct json_object *o = json_at(list, i);
	const char *name, *voice;
	if (!field_check(o, &object, path.text, error) ||
	    !field_name(o, "speaker", path.text, &name, error) ||
	    !read_voice(o, path.text, policy, &voice, error))
		return false;

	const char *other = json_get_text(json_at(configs, 0), "speaker");
	if (other != NULL && strcmp(other, name) == 0)
		return api_error_set(error, FAULT_BAD_VALUE, path.text,
		    "Invalid '%s': two speakers have the same name.",
		    path.text);
	struct json_object *config = json_object_new_object();
	json_set_text(config, "speaker", name);
	json_set(config, "voiceConfig", voice_config(voice));
	json_object_array_add(configs, config);
	return true;
}

static struct json_object *
read_speakers(struct json_object *list, const struct speech_policy *policy,
    struct api_error *error)
{
	if (json_count(list) != SPEAKERS) {
		api_error_set_code(error, FAULT_OUT_OF_RANGE,
		    json_count(list) > SPEAKERS ? "array_above_max_length"
						: "array_below_min_length",
		    "speakers",
		    "Invalid 'speakers': expected an array with length %d, but "
		    "got an array with length %zu instead.",
		    SPEAKERS, json_count(list));
		return NULL;
	}
	struct json_object *configs = json_object_new_array();
	for (size_t i = 0; i < SPEAKERS; i++)
		if (!read_speaker(list, i, policy, configs, error)) {
			json_object_put(configs);
			return NULL;
		}
	return wrap(
	    "multiSpeakerVoiceConfig", wrap("speakerVoiceConfigs", configs));
}

struct json_object *
speech_speakers_read(struct json_object *body,
    const struct speech_policy *policy, struct api_error *error)
{
	struct json_object *speakers;
	const char *voice;
	if (!field_member(
		body, "speakers", FIELD_ARRAY, false, "", &speakers, error) ||
	    !read_voice(body, "", policy, &voice, error))
		return NULL;
	if (speakers != NULL)
		return read_speakers(speakers, policy, error);
	return wrap("voiceConfig", voice_config(voice));
}
