/* Sampling, stops and log probabilities → generationConfig. */
#include "protocol/chat_sampling.h"

#include <stdint.h>

#include "base/json.h"

/* Gemini's ceiling for stopSequences. */
#define STOP_MAX 5

/* Copied for models that heed it, and named as dropped for others. */
static bool
take_if(bool understood, struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	if (understood)
		return chat_fields_take_config(b, field, value, path);
	chat_fields_dropped(b, field->name);
	return true;
}

bool
chat_sampling_take_sampling(struct chat_build *b,
    const struct chat_field *field, struct json_object *value, const char *path)
{
	return take_if(b->req->traits.keeps_sampling, b, field, value, path);
}

/* Other vendors' clients say 0 or -1 for "no limit". */
bool
chat_sampling_take_top_k(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	return chat_fields_int(value, 0, INT32_MAX) == 0 ||
	    chat_sampling_take_sampling(b, field, value, path);
}

bool
chat_sampling_take_penalty(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	return take_if(b->req->traits.penalties, b, field, value, path);
}

bool
chat_sampling_take_n(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	(void)path;
	int n = (int)chat_fields_int(value, 1, 8);
	b->req->n = n;
	b->req->fan = n > 1 && !b->req->traits.many_candidates;
	if (n > 1 && !b->req->fan)
		json_set_int(b->config, field->to, n);
	return true;
}

/* One string or several; empty ones mean nothing. */
bool
chat_sampling_take_stop(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	if (!field_check_elements(value, FIELD_STRING, path, b->error))
		return false;

	struct json_object *list = json_object_new_array();
	bool single = json_object_is_type(value, json_type_string);
	size_t count = single ? 1 : json_count(value);
	for (size_t i = 0; i < count; i++) {
		struct json_object *text = single ? value : json_at(value, i);
		if (json_object_get_string_len(text) > 0)
			json_object_array_add(list, json_object_get(text));
	}

	size_t kept = json_count(list);
	if (kept > 0 && kept <= STOP_MAX)
		json_share(b->config, field->to, list);
	json_object_put(list);
	if (kept <= STOP_MAX)
		return true;
	return api_error_set_code(b->error, FAULT_OUT_OF_RANGE,
	    "array_above_max_length", path,
	    "Invalid '%s': array too long. Expected an array with maximum "
	    "length %d, but got an array with length %zu instead.",
	    path, STOP_MAX, kept);
}

/* Gemini's seed has 31 bits. */
bool
chat_sampling_take_seed(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	(void)path;
	uint64_t seed = json_object_get_int64(value) < 0
	    ? (uint64_t)json_object_get_int64(value)
	    : json_object_get_uint64(value);
	json_set_int(b->config, field->to, (int64_t)(seed & 0x7fffffff));
	return true;
}

bool
chat_sampling_take_logprobs(struct chat_build *b,
    const struct chat_field *field, struct json_object *value, const char *path)
{
	if (!json_object_get_boolean(value))
		return true;
	return take_if(b->req->traits.logprobs, b, field, value, path);
}

bool
chat_sampling_take_top_logprobs(struct chat_build *b,
    const struct chat_field *field, struct json_object *value, const char *path)
{
	if (!json_get_bool(b->body, "logprobs"))
		return api_error_set(b->error, FAULT_BAD_VALUE, path,
		    "'top_logprobs' needs 'logprobs' to be true.");
	if (chat_fields_int(value, 0, 20) == 0)
		return true;
	return take_if(b->req->traits.logprobs, b, field, value, path);
}
