/* A transcription request, field by field, into Gemini's body. */
#include "protocol/transcription_request.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "protocol/field.h"
#include "protocol/model_name.h"

#define TRANSCRIBE                                                             \
	"Write down what is said in this recording, word for word and in the " \
	"language that is spoken."
#define TRANSLATE                                                          \
	"Write down in English what is said in this recording: translate " \
	"it faithfully."
#define ALONE                                                         \
	" Answer with that text alone: no introduction, no names of " \
	"speakers, "                                                  \
	"no notes. If nobody speaks, answer with nothing."

/* A language is named by a tag of letters, digits and hyphens. */
#define LANGUAGE_MAX 35

/* OpenAI's models all mean the one of the settings. */
static bool
is_openai(const char *name)
{
	return text_starts(name, "whisper-") || text_starts(name, "gpt-");
}

/* A field's text; NULL if there is none. False if it holds a NUL. */
static bool
read_text(struct json_object *fields, const char *name, const char **text,
    struct api_error *error)
{
	struct json_object *value;
	if (!field_member(fields, name, FIELD_STRING, false, "", &value, error))
		return false;
	*text = value == NULL ? NULL : json_object_get_string(value);
	return *text == NULL ||
	    strlen(*text) == (size_t)json_object_get_string_len(value) ||
	    api_error_set(error, FAULT_BAD_VALUE, name,
		"Invalid '%s': it holds a NUL.", name);
}

static bool
read_model(struct transcription_request *req, struct json_object *fields,
    const struct transcription_policy *policy, struct api_error *error)
{
	const char *name;
	if (!read_text(fields, "model", &name, error))
		return false;
	if (name == NULL)
		return field_missing("model", error);
	if (!model_asked_take(&req->asked,
		is_openai(name) ? policy->model : name, policy->filtered_models,
		error))
		return false;
	const char *clean = req->asked.model;
	const struct model_traits traits = model_traits(clean);
	return (!traits.tts && !traits.embedding) ||
	    api_error_set(error, FAULT_UNSUPPORTED_VALUE, "model",
		"The model '%s' does not listen. Ask for a model that chats, "
		"or for whisper-1.",
		clean);
}

/* Times of words and segments, and the voices of speakers, would be guesses:
 * what cannot be true is not answered. */
static bool
read_format(struct transcription_request *req, struct json_object *fields,
    struct api_error *error)
{
	static const char *const words[] = {
	    "json", "text", "srt", "vtt", "verbose_json", "diarized_json"};
	struct json_object *value = json_get(fields, "response_format");
	int which = value == NULL ? 0
				  : field_choose(value, words, COUNT_OF(words),
					"response_format", error);
	if (which > 1)
		return api_error_set(error, FAULT_UNSUPPORTED_VALUE,
		    "response_format",
		    "'%s' needs to know when words are said, or by whom, which "
		    "Gemini does not measure. Possible are: 'json', 'text'.",
		    words[which]);
	req->plain = which == 1;
	return which >= 0;
}

static bool
refuse_extras(struct json_object *fields, struct api_error *error)
{
	static const char *const names[] = {"timestamp_granularities",
	    "timestamp_granularities[]", "include", "include[]",
	    "known_speaker_names", "known_speaker_names[]",
	    "known_speaker_references", "known_speaker_references[]"};
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (json_get(fields, names[i]) != NULL)
			return api_error_set(error, FAULT_UNSUPPORTED_FIELD,
			    names[i],
			    "'%s' is not possible here: Gemini gives the text "
			    "alone.",
			    names[i]);
	return true;
}

static bool
read_stream(struct transcription_request *req, struct json_object *fields,
    struct api_error *error)
{
	static const char *const words[] = {
	    "false", "true", "0", "1", "False", "True"};
	struct json_object *value = json_get(fields, "stream");
	/* Translations know no stream. */
	if (value == NULL || req->translate)
		return true;
	int which =
	    field_choose(value, words, COUNT_OF(words), "stream", error);
	req->stream = which % 2 == 1;
	return which >= 0;
}

static bool
read_temperature(struct transcription_request *req, struct json_object *fields,
    struct api_error *error)
{
	const char *text;
	char *end;
	if (!read_text(fields, "temperature", &text, error) || text == NULL)
		return text == NULL && error->fault == FAULT_NONE;
	double x = strtod(text, &end);
	if (end == text || *end != '\0' || !isfinite(x))
		return api_error_set(error, FAULT_WRONG_TYPE, "temperature",
		    "Invalid type for 'temperature': expected a decimal.");
	static const struct field_rule rule = {FIELD_NUMBER, 0, 1};
	struct json_object *number = json_object_new_double_s(x, text);
	bool ok = field_check(number, &rule, "temperature", error);
	if (ok && model_traits(req->asked.model).keeps_sampling) {
		req->config = json_object_new_object();
		json_set(req->config, "temperature", json_object_new_double(x));
	} else if (ok) {
		req->adjusted = "temperature";
	}
	json_object_put(number);
	return ok;
}

static bool
write_prompt(struct transcription_request *req, struct json_object *fields,
    struct api_error *error)
{
	const char *language, *prompt;
	if (!read_text(fields, "language", &language, error) ||
	    !read_text(fields, "prompt", &prompt, error))
		return false;
	buf_str(&req->prompt, req->translate ? TRANSLATE : TRANSCRIBE);
	buf_str(&req->prompt, ALONE);
	if (language != NULL && *language != '\0' && !req->translate) {
		size_t len = strlen(language);
		if (len > LANGUAGE_MAX ||
		    strspn(language,
			"abcdefghijklmnopqrstuvwxyz"
			"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") < len)
			return api_error_set(error, FAULT_BAD_VALUE, "language",
			    "Invalid 'language': expected a tag of ISO 639 "
			    "like 'en'.");
		buf_fmt(
		    &req->prompt, " The language is '%s' (ISO 639).", language);
	}
	if (prompt != NULL && *prompt != '\0')
		buf_fmt(&req->prompt,
		    " This came before it, or shows words and a style that it "
		    "may have: %s",
		    prompt);
	return true;
}

bool
transcription_request_read(struct transcription_request *req,
    struct json_object *fields, bool translate,
    const struct transcription_policy *policy, struct api_error *error)
{
	*req = (struct transcription_request){
	    .translate = translate, .adjusted = ""};
	buf_init(&req->prompt, BUF_LARGE);
	return read_model(req, fields, policy, error) &&
	    read_format(req, fields, error) && refuse_extras(fields, error) &&
	    read_stream(req, fields, error) &&
	    read_temperature(req, fields, error) &&
	    write_prompt(req, fields, error);
}

void
transcription_request_clear(struct transcription_request *req)
{
	model_asked_clear(&req->asked);
	json_object_put(req->config);
	buf_clear(&req->prompt);
	*req = (struct transcription_request){0};
}

void
transcription_request_begin(const char *mime, struct buf *out)
{
	buf_str(out,
	    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"inlineData\":{"
	    "\"mimeType\":");
	json_write_text(out, mime, strlen(mime));
	buf_str(out, ",\"data\":\"");
}

void
transcription_request_end(
    const struct transcription_request *req, struct buf *out)
{
	buf_str(out, "\"}},{\"text\":");
	json_write_text(out, buf_cstr(&req->prompt), req->prompt.len);
	buf_str(out, "}]}]");
	if (req->config != NULL) {
		buf_str(out, ",\"generationConfig\":");
		json_write(out, req->config);
	}
	buf_byte(out, '}');
}
