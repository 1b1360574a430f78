/* A Responses request, field by field, into a chat request. */
#include "protocol/responses_request.h"

#include "base/json.h"
#include "protocol/field.h"
#include "protocol/responses_build.h"
#include "protocol/responses_echo.h"
#include "protocol/responses_input.h"
#include "protocol/responses_path.h"
#include "protocol/responses_tools.h"

/* Take a value that has passed the row's rule. False with *b->error set if
 * it is refused. */
typedef bool take_fn(
    struct responses_build *b, const char *name, struct json_object *value);

/* --- handlers ------------------------------------------------------------ */

/* Nothing is kept of a response. */
static bool
refuse_state(
    struct responses_build *b, const char *name, struct json_object *value)
{
	(void)value;
	return api_error_set(b->error, FAULT_UNSUPPORTED_FIELD, name,
	    "'%s' is not supported: responses are not stored. Send the whole "
	    "conversation as 'input'.",
	    name);
}

static bool
take_background(
    struct responses_build *b, const char *name, struct json_object *value)
{
	return !json_object_get_boolean(value) || refuse_state(b, name, value);
}

/* The response repeats it; nothing else is done with it. */
static bool
take_nothing(
    struct responses_build *b, const char *name, struct json_object *value)
{
	(void)b, (void)name, (void)value;
	return true;
}

static bool
take_truncation(
    struct responses_build *b, const char *name, struct json_object *value)
{
	static const char *const words[] = {"disabled", "auto"};
	return field_choose(value, words, COUNT_OF(words), name, b->error) >= 0;
}

static bool
take_include(
    struct responses_build *b, const char *name, struct json_object *value)
{
	if (!field_check_elements(value, FIELD_STRING, name, b->error))
		return false;
	if (!responses_wishes_of(b->body).logprobs)
		return true;
	struct json_object *top = json_get(b->body, "top_logprobs");
	json_set_bool(b->chat, "logprobs", true);
	if (top != NULL)
		json_share(b->chat, "top_logprobs", top);
	return true;
}

/* How much to think is the chat's business; how much of it to show is ours,
 * by policy. */
static bool
take_reasoning(
    struct responses_build *b, const char *name, struct json_object *value)
{
	static const char *const words[] = {"auto", "concise", "detailed"};
	static const struct {
		const char *name, *path;
	} summaries[] = {
	    {"summary", "reasoning.summary"},
	    {"generate_summary", "reasoning.generate_summary"},
	};
	for (size_t i = 0; i < COUNT_OF(summaries); i++) {
		struct json_object *word = json_get(value, summaries[i].name);
		if (word != NULL &&
		    field_choose(word, words, COUNT_OF(words),
			summaries[i].path, b->error) < 0)
			return false;
	}

	struct json_object *effort = json_get(value, "effort");
	if (effort != NULL) {
		struct json_object *reasoning = json_object_new_object();
		json_share(reasoning, "effort", effort);
		json_set(b->chat, name, reasoning);
	}
	return true;
}

/* {"format":{"type":"json_schema","name":…,"schema":…}} →
 * {"type":"json_schema","json_schema":{"name":…,"schema":…}} */
static bool
take_text(
    struct responses_build *b, const char *name, struct json_object *value)
{
	static const char *const members[] = {
	    "name", "description", "schema", "strict"};
	struct json_object *format;
	if (!field_member(
		value, "format", FIELD_OBJECT, false, name, &format, b->error))
		return false;
	if (format == NULL)
		return true;

	struct json_object *o = json_object_new_object();
	struct json_object *inside = json_object_new_object();
	if (json_get(format, "type") != NULL)
		json_share(o, "type", json_get(format, "type"));
	for (size_t i = 0; i < COUNT_OF(members); i++)
		if (json_get(format, members[i]) != NULL)
			json_share(
			    inside, members[i], json_get(format, members[i]));
	json_set(o, "json_schema", inside);
	json_set(b->chat, "response_format", o);
	return true;
}

/* --- the tables ---------------------------------------------------------- */

/* Fields that need looking at. */
static const struct {
	const char *name;
	struct field_rule rule;
	take_fn *take;
} fields[] = {
    {"background", {FIELD_BOOL, 0, 0}, take_background},
    {"include", {FIELD_ARRAY, 0, 0}, take_include},
    {"metadata", {FIELD_OBJECT, 0, 0}, take_nothing},
    {"reasoning", {FIELD_OBJECT, 0, 0}, take_reasoning},
    {"text", {FIELD_OBJECT, 0, 0}, take_text},
    {"top_logprobs", {FIELD_INT, 0, 20}, take_nothing},
    {"truncation", {FIELD_STRING, 0, 0}, take_truncation},
};

/* Fields that the chat has too, by the name it has for them. */
static const struct {
	const char *name, *chat;
} same[] = {
    {"model", "model"},
    {"stream", "stream"},
    {"max_output_tokens", "max_completion_tokens"},
    {"temperature", "temperature"},
    {"top_p", "top_p"},
    {"parallel_tool_calls", "parallel_tool_calls"},
    {"service_tier", "service_tier"},
    /* Not OpenAI's: what only Gemini has (contract 1.1 and 1.8). */
    {"top_k", "top_k"},
    {"image_config", "image_config"},
    {"google", "google"},
    {"extra_body", "extra_body"},
    {"safety_settings", "safety_settings"},
    {"safetySettings", "safetySettings"},
};

/* Fields that ask us to remember. */
static const char *const stateful[] = {
    "previous_response_id", "conversation", "prompt"};

static bool
read_fields(struct responses_build *b)
{
	for (size_t i = 0; i < COUNT_OF(stateful); i++) {
		struct json_object *value = json_get(b->body, stateful[i]);
		if (value != NULL)
			return refuse_state(b, stateful[i], value);
	}
	for (size_t i = 0; i < COUNT_OF(same); i++) {
		struct json_object *value = json_get(b->body, same[i].name);
		if (value != NULL)
			json_share(b->chat, same[i].chat, value);
	}
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		const char *name = fields[i].name;
		struct json_object *value = json_get(b->body, name);
		if (value != NULL &&
		    !(field_check(value, &fields[i].rule, name, b->error) &&
			fields[i].take(b, name, value)))
			return false;
	}
	return true;
}

/* --- the whole ----------------------------------------------------------- */

struct json_object *
responses_to_chat(struct json_object *body, struct json_object *places,
    struct api_error *error)
{
	struct responses_build b = {
	    body, json_object_new_object(), places, error};
	if (read_fields(&b) && responses_input_convert(&b) &&
	    responses_tools_convert(&b))
		return b.chat;
	json_object_put(b.chat);
	return NULL;
}

/* The chat request was refused: name the field as the client did. Where
 * things came from is found out only now, by doing it once more. */
static void
rename_field(struct json_object *body, struct api_error *error)
{
	struct api_error none = {0};
	struct json_object *places = json_object_new_object();
	json_object_put(responses_to_chat(body, places, &none));
	responses_path_rewrite(places, error);
	json_object_put(places);
	api_error_clear(&none);
}

bool
responses_request_read(struct chat_request *req, struct json_object *body,
    const struct chat_policy *policy, struct api_error *error)
{
	/* Thoughts are shown to those who ask for them, and to no others. */
	struct chat_policy mine = *policy;
	mine.show_thoughts = responses_wishes_of(body).summaries;

	/* What is no object is the chat's to refuse. */
	bool object = json_object_is_type(body, json_type_object);
	struct json_object *chat =
	    object ? responses_to_chat(body, NULL, error) : NULL;
	if (object && chat == NULL) {
		*req = (struct chat_request){.n = 1};
		return false;
	}
	bool ok = chat_request_read(req, object ? chat : body, &mine, error);
	if (!ok && object)
		rename_field(body, error);
	json_object_put(chat);
	if (ok)
		req->echo = json_object_get(body);
	return ok;
}
