/* Requests for pictures, field by field. */
#include "protocol/image_request.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "protocol/chat_draw.h"
#include "protocol/field.h"
#include "protocol/image_body.h"
#include "protocol/image_macro.h"
#include "protocol/image_predict.h"
#include "protocol/image_size.h"
#include "protocol/model_name.h"
#include "protocol/model_suffix.h"

/* A request while it is being read. */
struct build {
	struct image_request *req;
	const struct chat_policy *policy;
	struct json_object *inputs; /* or NULL */
	struct api_error *error;
	struct model_traits traits;
	const char *const *shapes;
	const char *shape; /* "": the model's own */
	const char *steps; /* "2K" or "4K"; NULL: the model's own */
};

/* --- the model ----------------------------------------------------------- */

bool
image_request_is_alias(const char *model)
{
	static const char *const rows[] = {
	    "dall-e-", "gpt-image-", "chatgpt-image-"};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (text_starts(model, rows[i]))
			return true;
	return false;
}

/* The model that is meant by no name, by one of OpenAI's, or by the one that
 * chats have for it. */
static const char *
meant_model(const struct build *b, const char *asked)
{
	const char *pool;
	bool own = asked == NULL || image_request_is_alias(asked) ||
	    chat_draw_model(b->policy, asked, &pool) != NULL;
	return own ? b->policy->create_image_model : asked;
}

static bool
set_model(struct build *b, const char *asked)
{
	const char *pool = NULL, *name = meant_model(b, asked);
	const char *clean = name == NULL ? NULL : model_name_split(name, &pool);
	struct image_request *req = b->req;
	if (clean == NULL)
		return field_bad_model(b->error);

	size_t len;
	(void)model_suffix_split(clean, b->policy, &len);
	req->model = strndup(clean, len);
	req->pool = pool;
	if (req->model != NULL)
		req->pool_model = model_name_in_pool(req->model, pool);
	if (req->pool_model == NULL)
		return api_error_set(
		    b->error, FAULT_INTERNAL, NULL, "out of memory");
	struct json_object *filtered = b->policy->filtered_models;
	if (json_has_text(filtered, clean) ||
	    json_has_text(filtered, req->model) ||
	    json_has_text(filtered, req->pool_model))
		return field_unserved_model("model", clean, b->error);

	b->traits = model_traits(req->model);
	req->predicts = image_predict_is(req->model);
	b->shapes = req->predicts ? image_size_imagen : image_size_gemini;
	if (req->predicts && req->edits)
		return api_error_set(b->error, FAULT_UNSUPPORTED_VALUE, "model",
		    "The model '%s' cannot edit pictures.", req->model);
	return true;
}

static bool
take_model(struct build *b, struct json_object *value)
{
	const char *name = json_object_get_string(value);
	size_t len =
	    value == NULL ? 0 : (size_t)json_object_get_string_len(value);
	/* A NUL is in no name. */
	return set_model(b,
	    value == NULL             ? NULL
		: strlen(name) == len ? name
				      : "");
}

/* --- other fields -------------------------------------------------------- */

static bool
take_prompt(struct build *b, struct json_object *value)
{
	struct image_macros macros;
	struct buf clean;
	buf_init(&clean, BUF_LARGE);
	bool ok = image_macro_take(json_object_get_string(value),
	    (size_t)json_object_get_string_len(value),
	    b->req->predicts ? IMAGE_PREDICT_MAX : IMAGE_MAX, b->shapes,
	    "prompt", &macros, &clean, b->error);
	if (ok && clean.len == 0)
		ok = api_error_set(b->error, FAULT_BAD_VALUE, "prompt",
		    "Invalid 'prompt': it says nothing.");
	if (ok) {
		/* gemini-balance's {n:1} says nothing. */
		b->req->n = macros.n > 1 ? macros.n : b->req->n;
		b->shape = macros.shape != NULL ? macros.shape : b->shape;
		b->req->prompt = buf_take(&clean);
		ok = b->req->prompt != NULL ||
		    api_error_set(
			b->error, FAULT_INTERNAL, NULL, "out of memory");
	}
	buf_clear(&clean);
	return ok;
}

static bool
take_n(struct build *b, struct json_object *value)
{
	b->req->n = (int)json_object_get_int64(value);
	return true;
}

/* Keep the client's word for the answer. */
static void
keep_word(char **slot, struct json_object *value)
{
	free(*slot);
	*slot = strdup(json_object_get_string(value));
}

static bool
take_size(struct build *b, struct json_object *value)
{
	const char *text = json_object_get_string(value);
	b->shape = image_size_shape(text, b->shapes);
	if (b->shape == NULL)
		return api_error_set(b->error, FAULT_BAD_VALUE, "size",
		    "Invalid value: '%.*s'. A size is written like 1024x1024, "
		    "or 'auto'.",
		    (int)text_cut(text, FIELD_QUOTE_MAX), text);
	keep_word(&b->req->size, value);
	return true;
}

/* Note that a field was left out because the model has no use for it. */
static void
note_dropped(struct build *b, const char *name)
{
	buf_fmt(&b->req->adjusted, "%s%s", b->req->adjusted.len > 0 ? ", " : "",
	    name);
}

/* Do its pictures come in several steps of resolution? */
static bool
has_steps(const struct build *b)
{
	if (b->req->predicts)
		return image_predict_has_sizes(b->req->model);
	return b->traits.family == MODEL_G3A || b->traits.family == MODEL_G3B;
}

static bool
take_quality(struct build *b, struct json_object *value)
{
	static const char *const words[] = {"auto", "low", "medium", "high",
	    "standard", "hd", "1K", "2K", "4K"};
	static const char *const steps[COUNT_OF(words)] = {
	    [3] = "2K", [5] = "2K", [7] = "2K", [8] = "4K"};
	int which =
	    field_choose(value, words, COUNT_OF(words), "quality", b->error);
	if (which < 0)
		return false;
	keep_word(&b->req->quality, value);
	if (steps[which] == NULL)
		return true;
	if (!has_steps(b))
		note_dropped(b, "quality");
	else
		b->steps = b->req->predicts ? "2K" : steps[which];
	return true;
}

static bool
take_form(struct build *b, struct json_object *value)
{
	static const char *const words[] = {"b64_json", "url"};
	int which = field_choose(
	    value, words, COUNT_OF(words), "response_format", b->error);
	b->req->as_url = which == 1;
	return which >= 0;
}

static bool
take_output_format(struct build *b, struct json_object *value)
{
	/* The model draws what it draws; the answer says what it is. */
	static const char *const words[] = {"png", "jpeg", "webp"};
	int which = field_choose(
	    value, words, COUNT_OF(words), "output_format", b->error);
	if (which > 0)
		note_dropped(b, "output_format");
	return which >= 0;
}

static bool
take_stream(struct build *b, struct json_object *value)
{
	b->req->stream = json_object_get_boolean(value);
	if (b->req->stream && b->req->as_url)
		return api_error_set(b->error, FAULT_UNSUPPORTED_VALUE,
		    "response_format",
		    "A streamed picture comes as 'b64_json' only.");
	return true;
}

static bool
refuse_mask(struct build *b, struct json_object *value)
{
	(void)value;
	return api_error_set(b->error, FAULT_UNSUPPORTED_FIELD, "mask",
	    "Gemini's models know no masks. Say in the prompt what is to be "
	    "changed.");
}

/*
 * The fields in the order in which they are read: the others depend on the
 * model, and the prompt goes before n and size. What is not here is ignored.
 */
static const struct {
	const char *name;
	struct field_rule rule;
	bool (*take)(struct build *b, struct json_object *value);
	enum { OPTIONAL, NEEDED, CALLED } when; /* CALLED: with NULL too */
} fields[] = {
    {"model", {FIELD_STRING, 0, 0}, take_model, CALLED},
    {"mask", {FIELD_TEXT_OR_OBJECT, 0, 0}, refuse_mask, OPTIONAL},
    {"n", {FIELD_INT, 1, IMAGE_MAX}, take_n, OPTIONAL},
    {"size", {FIELD_STRING, 0, 0}, take_size, OPTIONAL},
    {"quality", {FIELD_STRING, 0, 0}, take_quality, OPTIONAL},
    {"response_format", {FIELD_STRING, 0, 0}, take_form, OPTIONAL},
    {"output_format", {FIELD_STRING, 0, 0}, take_output_format, OPTIONAL},
    {"stream", {FIELD_BOOL, 0, 0}, take_stream, OPTIONAL},
    {"prompt", {FIELD_STRING, 0, 0}, take_prompt, NEEDED},
};

static bool
read_fields(struct build *b, struct json_object *body)
{
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		struct json_object *value = json_get(body, fields[i].name);
		if (value == NULL && fields[i].when == OPTIONAL)
			continue;
		if (value == NULL && fields[i].when == NEEDED)
			return field_missing(fields[i].name, b->error);
		if (value != NULL &&
		    !field_check(
			value, &fields[i].rule, fields[i].name, b->error))
			return false;
		if (!fields[i].take(b, value))
			return false;
	}
	return true;
}

void
image_request_add_field(
    struct json_object *body, const char *name, const char *text, size_t len)
{
	int64_t number;
	size_t i = 0;
	while (i < COUNT_OF(fields) && strcmp(fields[i].name, name) != 0)
		i++;
	enum field_type type =
	    i < COUNT_OF(fields) ? fields[i].rule.type : FIELD_STRING;
	if (type == FIELD_INT &&
	    text_to_int(text, INT32_MIN, INT32_MAX, &number))
		json_set_int(body, name, number);
	else if (type == FIELD_BOOL &&
	    (text_same(text, "true") || text_same(text, "false")))
		json_set_bool(body, name, text_same(text, "true"));
	else
		json_set_text_len(body, name, text, len);
}

/* --- the body ------------------------------------------------------------ */

static void
write_body(struct build *b)
{
	struct image_request *req = b->req;
	req->calls = req->n;
	if (req->predicts) {
		/* As many of one call as leave none over. */
		int each =
		    req->n < IMAGE_PREDICT_MAX ? req->n : IMAGE_PREDICT_MAX;
		while (req->n % each != 0)
			each--;
		req->calls = req->n / each;
		req->gemini =
		    image_predict_body(req->prompt, each, b->shape, b->steps);
		return;
	}
	const struct image_body picture = {
	    .model = req->model,
	    .prompt = req->prompt,
	    .inputs = b->inputs,
	    .safety = b->policy->safety,
	    .shape = b->shape,
	    .steps = b->steps,
	};
	req->gemini = image_body_new(&picture);
}

static bool
check_inputs(const struct build *b)
{
	size_t n = json_count(b->inputs);
	if (!b->req->edits)
		return true;
	if (n == 0)
		return field_missing("image", b->error);
	if (n <= IMAGE_MAX_INPUTS)
		return true;
	return api_error_set_code(b->error, FAULT_OUT_OF_RANGE,
	    "array_above_max_length", "image",
	    "Invalid 'image': array too long. Expected an array with maximum "
	    "length %d, but got an array with length %zu instead.",
	    IMAGE_MAX_INPUTS, n);
}

bool
image_request_read(struct image_request *req, struct json_object *body,
    struct json_object *inputs, const struct chat_policy *policy,
    struct api_error *error)
{
	struct build b = {.req = req,
	    .policy = policy,
	    .inputs = inputs,
	    .error = error,
	    .shape = ""};
	*req = (struct image_request){.n = 1, .edits = inputs != NULL};
	buf_init(&req->adjusted, BUF_SMALL);
	if (!json_object_is_type(body, json_type_object))
		return api_error_set(error, FAULT_BAD_JSON, NULL,
		    "the body must be a JSON object");
	if (!read_fields(&b, body) || !check_inputs(&b))
		return false;
	write_body(&b);
	return true;
}

void
image_request_clear(struct image_request *req)
{
	free(req->model);
	free(req->pool_model);
	free(req->size);
	free(req->quality);
	free(req->prompt);
	buf_clear(&req->adjusted);
	json_object_put(req->gemini);
	*req = (struct image_request){.n = 1};
}
