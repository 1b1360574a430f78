/* An embeddings request: OpenAI's fields, Gemini's bodies. */
#include "protocol/embed_request.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/text.h"
#include "protocol/field.h"
#include "protocol/model_name.h"

/* --- the model ----------------------------------------------------------- */

/* Names of models that Gemini does not have, and the dimensions of those. */
static const struct {
	const char *name;
	int dimensions; /* 0: all that the model has */
} aliases[] = {
    {"text-embedding-3-small", 1536},
    {"text-embedding-3-large", 0},
    {"text-embedding-ada-002", 1536},
    {"text-embedding-004", 768},
    {"embedding-001", 768},
};

/* Gemini's name for a clean one; the dimensions that go with it. */
static const char *
resolve(
    const struct embed_policy *policy, const char *name, int64_t *dimensions)
{
	for (size_t i = 0; i < COUNT_OF(aliases); i++)
		if (strcmp(aliases[i].name, name) == 0 &&
		    json_get(policy->models, name) == NULL) {
			*dimensions = aliases[i].dimensions;
			return policy->model;
		}
	return name;
}

static bool
set_model(struct embed_request *req, const char *asked,
    const struct embed_policy *policy, struct api_error *error)
{
	const char *clean = model_name_split(asked, &req->pool);
	if (clean == NULL)
		return field_bad_model(error);
	const char *model = resolve(policy, clean, &req->dimensions);
	req->asked_model = strdup(asked);
	req->model = strdup(model);
	req->pool_model = model_name_in_pool(model, req->pool);
	if (req->asked_model == NULL || req->model == NULL ||
	    req->pool_model == NULL)
		return api_error_set(
		    error, FAULT_INTERNAL, NULL, "out of memory");
	return (!json_has_text(policy->filtered_models, clean) &&
		   !json_has_text(policy->filtered_models, req->model) &&
		   !json_has_text(policy->filtered_models, req->pool_model)) ||
	    field_unserved_model("model", req->asked_model, error);
}

static bool
read_model(struct embed_request *req, struct json_object *body,
    const struct embed_policy *policy, struct api_error *error)
{
	struct json_object *value;
	if (!field_member(
		body, "model", FIELD_STRING, false, "", &value, error))
		return false;
	const char *asked =
	    value == NULL ? policy->model : json_object_get_string(value);
	/* A NUL in a name would hide what follows. */
	if (value != NULL &&
	    strlen(asked) != (size_t)json_object_get_string_len(value))
		asked = "";
	return set_model(req, asked, policy, error);
}

/* --- the input ----------------------------------------------------------- */

static bool
refuse_tokens(struct api_error *error)
{
	return api_error_set(error, FAULT_UNSUPPORTED_VALUE, "input",
	    "'input' holds token ids, and Gemini's tokens are other ones: send "
	    "text. With LangChain's OpenAIEmbeddings set "
	    "check_embedding_ctx_length=False.");
}

/* Is it an id of a token, or a list of them? */
static bool
is_tokens(struct json_object *value)
{
	if (json_object_is_type(value, json_type_array))
		return json_count(value) > 0 &&
		    json_object_is_type(json_at(value, 0), json_type_int);
	return json_object_is_type(value, json_type_int);
}

static bool
check_text(struct json_object *text, const char *path, struct api_error *error)
{
	static const struct field_rule rule = {FIELD_STRING, 0, 0};
	size_t len;
	if (!field_check(text, &rule, path, error))
		return false;
	json_text(text, &len);
	return len > 0 ||
	    api_error_set_code(error, FAULT_OUT_OF_RANGE,
		"string_below_min_length", path,
		"Invalid '%s': empty string. Expected a string with minimum "
		"length 1, but got an empty string instead.",
		path);
}

static bool
check_list(struct json_object *list, struct api_error *error)
{
	size_t n = json_count(list);
	if (n == 0)
		return api_error_set_code(error, FAULT_BAD_VALUE, "empty_array",
		    "input",
		    "Invalid 'input': empty array. Expected an array with "
		    "minimum length 1, but got an empty array instead.");
	/* A long list of numbers is one text's tokens. */
	for (size_t i = 0; i < n; i++)
		if (is_tokens(json_at(list, i)))
			return refuse_tokens(error);
	if (n > EMBED_INPUTS_MAX)
		return api_error_set_code(error, FAULT_OUT_OF_RANGE,
		    "array_above_max_length", "input",
		    "Invalid 'input': array too long. Expected an array with "
		    "maximum length %d, but got an array with length %zu "
		    "instead.",
		    EMBED_INPUTS_MAX, n);
	for (size_t i = 0; i < n; i++)
		if (!check_text(json_at(list, i),
			field_path("input[%zu]", i).text, error))
			return false;
	return true;
}

static bool
read_input(struct embed_request *req, struct json_object *body,
    struct api_error *error)
{
	if (!field_member(body, "input", FIELD_TEXT_OR_ARRAY, true, "",
		&req->input, error))
		return false;
	bool list = json_object_is_type(req->input, json_type_array);
	req->n = list ? json_count(req->input) : 1;
	return list ? check_list(req->input, error)
		    : check_text(req->input, "input", error);
}

/* --- the rest ------------------------------------------------------------ */

static bool
read_form(struct embed_request *req, struct json_object *body,
    struct api_error *error)
{
	static const char *const forms[] = {"float", "base64"};
	struct json_object *value = json_get(body, "encoding_format");
	if (value == NULL)
		return true;
	int form = field_choose(
	    value, forms, COUNT_OF(forms), "encoding_format", error);
	req->base64 = form == 1;
	return form >= 0;
}

static bool
read_dimensions(struct embed_request *req, struct json_object *body,
    struct api_error *error)
{
	/* Gemini says how many the model has. */
	static const struct field_rule rule = {FIELD_INT, 1, 65536};
	struct json_object *value = json_get(body, "dimensions");
	if (value == NULL)
		return true;
	if (!field_check(value, &rule, "dimensions", error))
		return false;
	req->dimensions = json_get_int(body, "dimensions", 0);
	return true;
}

bool
embed_request_read(struct embed_request *req, struct json_object *body,
    const struct embed_policy *policy, struct api_error *error)
{
	*req = (struct embed_request){0};
	if (!json_object_is_type(body, json_type_object))
		return api_error_set(error, FAULT_BAD_JSON, NULL,
		    "the body must be a JSON object");
	return read_model(req, body, policy, error) &&
	    read_input(req, body, error) && read_form(req, body, error) &&
	    read_dimensions(req, body, error) &&
	    field_member(body, "task_type", FIELD_STRING, false, "",
		&req->task_type, error);
}

void
embed_request_clear(struct embed_request *req)
{
	free(req->asked_model);
	free(req->model);
	free(req->pool_model);
	*req = (struct embed_request){0};
}

/* --- for Gemini ---------------------------------------------------------- */

size_t
embed_request_part(const struct embed_request *req, size_t first)
{
	size_t left = req->n - first;
	return left < EMBED_PART_MAX ? left : EMBED_PART_MAX;
}

static const char *
input_at(const struct embed_request *req, size_t i, size_t *len)
{
	bool list = json_object_is_type(req->input, json_type_array);
	return json_text(list ? json_at(req->input, i) : req->input, len);
}

int64_t
embed_request_tokens(const struct embed_request *req, size_t first, size_t n)
{
	int64_t tokens = 0;
	for (size_t i = 0; i < n; i++) {
		size_t len;
		input_at(req, first + i, &len);
		tokens += (int64_t)(len + 3) / 4;
	}
	return tokens;
}

void
embed_request_path(const struct embed_request *req, size_t n, struct buf *path)
{
	buf_fmt(path, "/models/%s:%s", req->model,
	    n == 1 ? "embedContent" : "batchEmbedContents");
}

static void
write_one(const struct embed_request *req, size_t i, struct buf *out)
{
	size_t len;
	const char *text = input_at(req, i, &len);
	buf_fmt(out,
	    "{\"model\":\"models/%s\",\"content\":{\"parts\":[{\"text\":",
	    req->model);
	json_write_text(out, text, len);
	buf_str(out, "}]}");
	if (req->task_type != NULL) {
		buf_str(out, ",\"taskType\":");
		json_write(out, req->task_type);
	}
	if (req->dimensions > 0)
		buf_fmt(out, ",\"outputDimensionality\":%lld",
		    (long long)req->dimensions);
	buf_byte(out, '}');
}

void
embed_request_write(
    const struct embed_request *req, size_t first, size_t n, struct buf *out)
{
	if (n == 1) {
		write_one(req, first, out);
		return;
	}
	buf_str(out, "{\"requests\":[");
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_byte(out, ',');
		write_one(req, first + i, out);
	}
	buf_str(out, "]}");
}
