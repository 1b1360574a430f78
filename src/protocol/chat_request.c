/* A chat completion request, field by field, into Gemini's body. */
#include "protocol/chat_request.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "protocol/chat_builtin.h"
#include "protocol/chat_choice.h"
#include "protocol/chat_draw.h"
#include "protocol/chat_drop.h"
#include "protocol/chat_fields.h"
#include "protocol/chat_messages.h"
#include "protocol/chat_model.h"
#include "protocol/chat_offer.h"
#include "protocol/chat_output.h"
#include "protocol/chat_sampling.h"
#include "protocol/chat_tier.h"
#include "protocol/model_quirk.h"
#include "protocol/schema.h"

/* --- handlers: what we do ourselves ------------------------------------- */

/* messages itself is converted when everything else is known. */
static bool
take_messages(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	(void)field;
	if (json_count(value) > 0)
		return true;
	return api_error_set_code(b->error, FAULT_BAD_VALUE, "empty_array",
	    path,
	    "Invalid '%s': empty array. Expected an array with minimum "
	    "length 1, but got an empty array instead.",
	    path);
}

static bool
take_stream(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	(void)field, (void)path;
	b->req->stream = json_object_get_boolean(value);
	return true;
}

static bool
take_include_usage(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	(void)field, (void)path;
	b->req->include_usage =
	    b->req->stream && json_object_get_boolean(value);
	return true;
}

static bool
take_stream_options(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	static const struct chat_field rows[] = {
	    {"include_usage", {FIELD_BOOL, 0, 0}, take_include_usage, NULL},
	};
	(void)field;
	return chat_fields_read(b, value, path, rows, COUNT_OF(rows));
}

static bool
take_parallel(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	(void)field, (void)path;
	b->req->single_call = !json_object_get_boolean(value);
	return true;
}

/* --- handlers: other members of the body -------------------------------- */

static bool
take_search(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	(void)field, (void)value, (void)path;
	chat_builtin_add(b, BUILTIN_SEARCH);
	return true;
}

static bool
take_safety(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	(void)field;
	if (!field_check_elements(value, FIELD_OBJECT, path, b->error))
		return false;
	if (json_count(value) == 0)
		return true;
	json_object_put(b->safety);
	b->safety = json_object_get(value);
	return true;
}

/* The cache's project is found by its name. */
static bool
take_cache(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	(void)field, (void)path;
	b->cache = value;
	return true;
}

static bool
take_google(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	static const struct chat_field rows[] = {
	    {"thinking_config", {FIELD_OBJECT, 0, 0}, chat_thinking_take_google,
		NULL},
	    {"thinkingConfig", {FIELD_OBJECT, 0, 0}, chat_thinking_take_google,
		NULL},
	    {"safety_settings", {FIELD_ARRAY, 0, 0}, take_safety, NULL},
	    {"safetySettings", {FIELD_ARRAY, 0, 0}, take_safety, NULL},
	    {"image_config", {FIELD_OBJECT, 0, 0}, chat_output_take_image,
		NULL},
	    {"imageConfig", {FIELD_OBJECT, 0, 0}, chat_output_take_image, NULL},
	    {"cached_content", {FIELD_STRING, 0, 0}, take_cache, NULL},
	    {"cachedContent", {FIELD_STRING, 0, 0}, take_cache, NULL},
	};
	(void)field;
	return chat_fields_read(b, value, path, rows, COUNT_OF(rows));
}

static bool
take_extra_body(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	static const struct chat_field rows[] = {
	    {"google", {FIELD_OBJECT, 0, 0}, take_google, NULL},
	};
	(void)field;
	return chat_fields_read(b, value, path, rows, COUNT_OF(rows));
}

/* A field of which only the type matters here. */
static bool
take_nothing(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	(void)b, (void)field, (void)value, (void)path;
	return true;
}

/*
 * The fields of contract section 1.1, in the order in which they are read:
 * model first, because the others depend on it; where two rows say the same
 * thing the later one wins. What is not here is ignored.
 */
static const struct chat_field fields[] = {
    {"model", {FIELD_STRING, 0, 0}, chat_model_take, NULL},
    {"messages", {FIELD_ARRAY, 0, 0}, take_messages, NULL},
    {"stream", {FIELD_BOOL, 0, 0}, take_stream, NULL},
    {"stream_options", {FIELD_OBJECT, 0, 0}, take_stream_options, NULL},
    {"max_tokens", {FIELD_INT, 1, INFINITY}, chat_fields_take_config,
	"maxOutputTokens"},
    {"max_completion_tokens", {FIELD_INT, 1, INFINITY}, chat_fields_take_config,
	"maxOutputTokens"},
    {"temperature", {FIELD_NUMBER, 0, 2}, chat_sampling_take_sampling,
	"temperature"},
    {"top_p", {FIELD_NUMBER, 0, 1}, chat_sampling_take_sampling, "topP"},
    {"top_k", {FIELD_INT, -1, INFINITY}, chat_sampling_take_top_k, "topK"},
    {"n", {FIELD_INT, 1, 8}, chat_sampling_take_n, "candidateCount"},
    {"stop", {FIELD_TEXT_OR_ARRAY, 0, 0}, chat_sampling_take_stop,
	"stopSequences"},
    {"seed", {FIELD_INT, 0, 0}, chat_sampling_take_seed, "seed"},
    {"presence_penalty", {FIELD_NUMBER, -2, 2}, chat_sampling_take_penalty,
	"presencePenalty"},
    {"frequency_penalty", {FIELD_NUMBER, -2, 2}, chat_sampling_take_penalty,
	"frequencyPenalty"},
    {"logprobs", {FIELD_BOOL, 0, 0}, chat_sampling_take_logprobs,
	"responseLogprobs"},
    {"top_logprobs", {FIELD_INT, 0, 20}, chat_sampling_take_top_logprobs,
	"logprobs"},
    {"response_format", {FIELD_OBJECT, 0, 0}, chat_output_take_format, NULL},
    {"tools", {FIELD_ARRAY, 0, 0}, chat_tools_take, NULL},
    {"functions", {FIELD_ARRAY, 0, 0}, chat_tools_take_functions, NULL},
    {"function_call", {FIELD_TEXT_OR_OBJECT, 0, 0},
	chat_choice_take_function_call, NULL},
    {"tool_choice", {FIELD_TEXT_OR_OBJECT, 0, 0}, chat_choice_take, NULL},
    {"parallel_tool_calls", {FIELD_BOOL, 0, 0}, take_parallel, NULL},
    {"audio", {FIELD_OBJECT, 0, 0}, take_nothing, NULL},
    {"modalities", {FIELD_ARRAY, 0, 0}, chat_output_take_modalities, NULL},
    {"image_config", {FIELD_OBJECT, 0, 0}, chat_output_take_image, NULL},
    {"web_search_options", {FIELD_OBJECT, 0, 0}, take_search, NULL},
    {"service_tier", {FIELD_STRING, 0, 0}, chat_tier_take, NULL},
    {"reasoning_effort", {FIELD_STRING, 0, 0}, chat_thinking_take_effort,
	"reasoning_effort"},
    {"reasoning", {FIELD_OBJECT, 0, 0}, chat_thinking_take_reasoning, NULL},
    {"thinking", {FIELD_OBJECT, 0, 0}, chat_thinking_take_thinking, NULL},
    {"google", {FIELD_OBJECT, 0, 0}, take_google, NULL},
    {"extra_body", {FIELD_OBJECT, 0, 0}, take_extra_body, NULL},
    {"safety_settings", {FIELD_ARRAY, 0, 0}, take_safety, NULL},
    {"safetySettings", {FIELD_ARRAY, 0, 0}, take_safety, NULL},
};

/* --- the whole ---------------------------------------------------------- */

static bool
has_required(struct chat_build *b)
{
	static const char *const names[] = {"model", "messages"};
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (json_get(b->body, names[i]) == NULL)
			return field_missing(names[i], b->error);
	return true;
}

/* Nobody gets more than the model gives, and Gemini refuses to be asked. */
static void
clamp_answer(struct chat_build *b)
{
	static const char *const names[] = {
	    "max_completion_tokens", "max_tokens"};
	int64_t most = json_get_int(b->policy->models, b->req->model, 0);
	if (most <= 0 || json_get_int(b->config, "maxOutputTokens", 0) <= most)
		return;
	json_set_int(b->config, "maxOutputTokens", most);
	chat_fields_dropped(
	    b, names[json_get(b->body, names[0]) == NULL ? 1 : 0]);
}

/* Leave out again what the model is known not to know. */
static void
drop_unknown(struct chat_build *b, struct json_object *quirks)
{
	for (size_t i = 0; i < json_count(quirks); i++) {
		const char *quirk = json_object_get_string(json_at(quirks, i));
		if (text_starts(quirk, QUIRK_DROP) &&
		    chat_drop_field(b->req->gemini, quirk + strlen(QUIRK_DROP)))
			chat_fields_dropped(b, quirk + strlen(QUIRK_DROP));
	}
}

/* Tell the answer what the settings and the client want of it. What the
 * gateway adds to a text would spoil it where it is to be JSON. */
static void
set_answer_form(struct chat_build *b)
{
	const struct chat_policy *policy = b->policy;
	struct chat_request *req = b->req;
	bool prose = !req->json_wanted;
	req->search_links = prose && policy->search_links &&
	    chat_builtin_has(b, BUILTIN_SEARCH);
	req->markdown_images = prose && policy->markdown_images;
	req->markdown_links = prose && policy->picture_links;
	req->thoughts_as_tags = prose && policy->thoughts_as_tags;
	req->hide_thoughts = chat_thinking_hidden(b);
}

/* Put the body together, in its fixed order. */
static bool
write_body(struct chat_build *b)
{
	struct json_object *gemini = json_object_new_object();
	struct json_object *messages = json_get(b->body, "messages");
	b->req->gemini = gemini;
	if (!b->req->draws)
		chat_output_write_format(b);
	if (!(b->req->draws ? chat_draw_convert(b, messages)
			    : chat_messages_convert(b, messages, gemini)))
		return false;
	if (b->req->predicts)
		return true;

	struct json_object *safety = b->safety;
	if (safety == NULL && json_count(b->policy->safety) > 0)
		safety = b->policy->safety;
	if (!b->req->draws) {
		chat_offer_tools(b);
		chat_tools_write(b, gemini);
		chat_thinking_write(b);
	}
	if (safety != NULL)
		json_share(gemini, "safetySettings", safety);
	if (b->cache != NULL)
		json_share(gemini, "cachedContent", b->cache);
	clamp_answer(b);
	if (json_object_object_length(b->config) > 0)
		json_share(gemini, "generationConfig", b->config);
	drop_unknown(b, json_get(b->policy->quirks, b->req->pool_model));
	drop_unknown(b, b->policy->learned);
	return true;
}

static bool
read_object(struct chat_request *req, struct json_object *body,
    const struct chat_policy *policy, struct api_error *error)
{
	struct chat_build b = {.req = req,
	    .policy = policy,
	    .error = error,
	    .body = body,
	    .config = json_object_new_object(),
	    .schema_room = SCHEMA_ROOM};
	buf_init(&b.instruction, BUF_LARGE);
	bool ok = has_required(&b) &&
	    chat_fields_read(&b, body, "", fields, COUNT_OF(fields)) &&
	    write_body(&b);
	if (ok) {
		set_answer_form(&b);
		req->adjusted_before_tier = req->adjusted.len;
		chat_tier_set(req, false);
	}
	json_object_put(b.config);
	chat_tools_clear(&b.tools);
	json_object_put(b.safety);
	buf_clear(&b.instruction);
	return ok;
}

/* json-c would take the last of two members with one name, and a client could
 * not know which it was. */
static void
refuse_twice(const struct buf *path, struct api_error *error)
{
	char param[FIELD_PATH_SIZE];
	size_t len = text_cut(buf_cstr(path), sizeof(param) - 1);
	snprintf(param, sizeof(param), "%.*s", (int)len, buf_cstr(path));
	api_error_set(error, FAULT_BAD_JSON, param,
	    "A name occurs twice in one object of the body: '%s'.", param);
}

struct json_object *
chat_body_parse(const char *body, size_t len, struct api_error *error)
{
	const char *why = NULL;
	struct buf twice;
	buf_init(&twice, BUF_SMALL);
	struct json_object *o = json_parse_unique(body, len, &why, &twice);
	if (o == NULL && buf_ok(&twice) && twice.len > 0)
		refuse_twice(&twice, error);
	else if (o == NULL)
		api_error_set(error, FAULT_BAD_JSON, NULL,
		    "The body is not valid JSON: %s.", why);
	buf_clear(&twice);
	return o;
}

bool
chat_request_read(struct chat_request *req, struct json_object *body,
    const struct chat_policy *policy, struct api_error *error)
{
	*req = (struct chat_request){.n = 1};
	buf_init(&req->adjusted, BUF_SMALL);
	return json_object_is_type(body, json_type_object)
	    ? read_object(req, body, policy, error)
	    : api_error_set(error, FAULT_BAD_JSON, NULL,
		  "the body must be a JSON object");
}

void
chat_request_clear(struct chat_request *req)
{
	free(req->asked_model);
	free(req->model);
	free(req->pool_model);
	json_object_put(req->gemini);
	chat_fetches_clear(&req->fetches);
	json_object_put(req->echo);
	buf_clear(&req->adjusted);
	tool_names_clear(&req->names);
	chat_signatures_clear(&req->signatures);
	*req = (struct chat_request){.n = 1};
}
