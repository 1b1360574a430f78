/* A speech request, field by field, into Gemini's body. */
#include "protocol/speech_request.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "protocol/field.h"
#include "protocol/model_name.h"
#include "protocol/speech_speakers.h"

/* What OpenAI allows. */
#define SLOWEST 0.25
#define FASTEST 4.0

/* OpenAI's models all mean the one of the settings. */
static bool
is_openai(const char *name)
{
	return text_starts(name, "tts-") || text_starts(name, "gpt-");
}

static bool
read_model(struct speech_request *req, struct json_object *body,
    const struct speech_policy *policy, struct api_error *error)
{
	struct json_object *value;
	if (!field_member(body, "model", FIELD_STRING, true, "", &value, error))
		return false;
	const char *name = json_object_get_string(value);
	if (strlen(name) != (size_t)json_object_get_string_len(value))
		return field_bad_model(error);
	if (!model_asked_take(&req->asked,
		is_openai(name) ? policy->model : name, policy->filtered_models,
		error))
		return false;
	const char *clean = req->asked.model;
	/* Whatever the operator has chosen may speak. */
	return model_traits(clean).tts || is_openai(name) ||
	    strcmp(name, policy->model) == 0 ||
	    api_error_set(error, FAULT_UNSUPPORTED_VALUE, "model",
		"The model '%s' does not speak. Ask for a model with tts in "
		"its name, or for tts-1.",
		clean);
}

/* --- form and speed ------------------------------------------------------ */

static bool
cannot(enum speech_form form, const struct speech_policy *policy,
    struct api_error *error)
{
	struct buf list;
	buf_init(&list, BUF_SMALL);
	for (int i = 0; i < SPEECH__MAX; i++)
		if (policy->can[i])
			buf_fmt(&list, "%s'%s'", list.len > 0 ? ", " : "",
			    speech_form_names[i]);
	api_error_set(error, FAULT_UNSUPPORTED_VALUE, "response_format",
	    "There is no encoder for '%s' here. Possible are: %s.",
	    speech_form_names[form], buf_cstr(&list));
	buf_clear(&list);
	return false;
}

/* Without a word it is OpenAI's MP3, if there is a way to that. */
static bool
read_form(struct speech_request *req, struct json_object *body,
    const struct speech_policy *policy, struct api_error *error)
{
	static const char *const streams[] = {"audio", "sse"};
	struct json_object *form = json_get(body, "response_format");
	struct json_object *stream = json_get(body, "stream_format");
	int which = policy->can[SPEECH_MP3] ? SPEECH_MP3 : SPEECH_WAV;
	if (form != NULL)
		which = field_choose(form, speech_form_names, SPEECH__MAX,
		    "response_format", error);
	if (which < 0)
		return false;
	req->form = (enum speech_form)which;
	if (!policy->can[which])
		return cannot(req->form, policy, error);

	which = 0;
	if (stream != NULL)
		which = field_choose(
		    stream, streams, COUNT_OF(streams), "stream_format", error);
	req->sse = which > 0;
	/* A WAV file says in front how long it is: it is made whole, unless
	 * the client has asked for a stream. */
	req->as_it_comes = stream != NULL || req->form != SPEECH_WAV;
	return which >= 0;
}

/* Gemini has no number for it: 1 is heeded, others are not (contract 4.3). */
static bool
read_speed(struct speech_request *req, struct json_object *body,
    struct api_error *error)
{
	static const struct field_rule rule = {FIELD_NUMBER, SLOWEST, FASTEST};
	struct json_object *speed = json_get(body, "speed");
	if (speed == NULL)
		return true;
	if (!field_check(speed, &rule, "speed", error))
		return false;
	double x = json_object_get_double(speed);
	if (x < 1 || x > 1)
		req->adjusted = "speed";
	return true;
}

/* --- what is said -------------------------------------------------------- */

/* Instructions without what would stand twice before the colon. */
static size_t
trimmed(const char *text, size_t len)
{
	while (len > 0 && strchr(" \t\r\n.:;,", text[len - 1]) != NULL)
		len--;
	return len;
}

static bool
write_prompt(struct buf *prompt, struct json_object *body, const char *speed,
    struct api_error *error)
{
	struct json_object *input, *instructions;
	if (!field_member(
		body, "input", FIELD_STRING, true, "", &input, error) ||
	    !field_member(body, "instructions", FIELD_STRING, false, "",
		&instructions, error))
		return false;
	if (json_object_get_string_len(input) == 0)
		return api_error_set_code(error, FAULT_BAD_VALUE,
		    "string_below_min_length", "input",
		    "Invalid 'input': empty string. There is nothing to say.");

	if (instructions != NULL) {
		const char *text = json_object_get_string(instructions);
		buf_add(prompt, text,
		    trimmed(text,
			(size_t)json_object_get_string_len(instructions)));
	}
	if (strcmp(speed, "normal") != 0)
		buf_fmt(prompt, "%sSpeak in a %s speed voice",
		    prompt->len > 0 ? ". " : "", speed);
	if (prompt->len > 0)
		buf_str(prompt, ": ");
	buf_add(prompt, json_object_get_string(input),
	    (size_t)json_object_get_string_len(input));
	return true;
}

static struct json_object *
array_of(struct json_object *element)
{
	struct json_object *list = json_object_new_array();
	json_object_array_add(list, element);
	return list;
}

/* {"contents":[{"role":"user","parts":[{"text":…}]}],"generationConfig":…} */
static void
write_body(struct speech_request *req, const struct buf *prompt,
    struct json_object *speech)
{
	struct json_object *part = json_object_new_object();
	struct json_object *content = json_object_new_object();
	struct json_object *config = json_object_new_object();
	json_set_text_len(part, "text", buf_cstr(prompt), prompt->len);
	json_set_text(content, "role", "user");
	json_set(content, "parts", array_of(part));
	json_set(config, "responseModalities",
	    array_of(json_object_new_string("AUDIO")));
	json_set(config, "speechConfig", speech);
	req->gemini = json_object_new_object();
	json_set(req->gemini, "contents", array_of(content));
	json_set(req->gemini, "generationConfig", config);
}

bool
speech_request_read(struct speech_request *req, struct json_object *body,
    const struct speech_policy *policy, struct api_error *error)
{
	struct buf prompt;
	struct json_object *speech = NULL;
	*req = (struct speech_request){.adjusted = ""};
	buf_init(&prompt, BUF_LARGE);
	if (!json_object_is_type(body, json_type_object))
		return api_error_set(error, FAULT_BAD_JSON, NULL,
		    "the body must be a JSON object");
	bool ok = read_model(req, body, policy, error) &&
	    write_prompt(&prompt, body, policy->speed, error) &&
	    read_form(req, body, policy, error) &&
	    read_speed(req, body, error) &&
	    (speech = speech_speakers_read(body, policy, error)) != NULL;
	if (ok)
		write_body(req, &prompt, speech);
	buf_clear(&prompt);
	return ok;
}

void
speech_request_clear(struct speech_request *req)
{
	model_asked_clear(&req->asked);
	json_object_put(req->gemini);
	*req = (struct speech_request){0};
}
