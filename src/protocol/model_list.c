/* Gemini's models, as clients list them. */
#include "protocol/model_list.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/model_name.h"
#include "protocol/model_suffix.h"

/* What a client can use a model for through this gateway. */
static bool
is_usable(struct json_object *model)
{
	static const char *const wanted[] = {
	    "generateContent", "embedContent", "predict"};
	struct json_object *methods =
	    json_get(model, "supportedGenerationMethods");
	for (size_t i = 0; i < COUNT_OF(wanted); i++)
		if (json_has_text(methods, wanted[i]))
			return true;
	return false;
}

/* A model's name without `models/`, or NULL. */
static const char *
name_of(struct json_object *model)
{
	const char *name = json_get_text(model, "name");
	return name == NULL ? NULL : model_name_clean(name);
}

struct json_object *
model_list_names(struct json_object *models)
{
	struct json_object *names = json_object_new_object();
	for (size_t i = 0; i < json_count(models); i++) {
		const char *name = name_of(json_at(models, i));
		if (name != NULL)
			json_set_bool(names, name, true);
	}
	return names;
}

struct json_object *
model_list_find(struct json_object *models, const char *name)
{
	for (size_t i = 0; i < json_count(models); i++) {
		const char *other = name_of(json_at(models, i));
		if (other != NULL && strcmp(other, name) == 0)
			return json_at(models, i);
	}
	return NULL;
}

/* The members that other gateways' clients look for. */
static void
add_limit(struct json_object *o, const char *name, struct json_object *model,
    const char *from)
{
	int64_t limit = json_get_int(model, from, 0);
	if (limit > 0)
		json_set_int(o, name, limit);
}

struct json_object *
model_list_one(const char *id, struct json_object *model)
{
	struct json_object *o = json_object_new_object();
	json_set_text(o, "id", id);
	json_set_text(o, "object", "model");
	json_set_int(o, "created", 0);
	json_set_text(o, "owned_by", "google");
	add_limit(o, "context_length", model, "inputTokenLimit");
	add_limit(o, "max_output_tokens", model, "outputTokenLimit");
	const char *why = json_get_text(model, "unavailableReason");
	if (why != NULL) {
		json_set_bool(o, "available", false);
		json_set_text(o, "unavailable_reason", why);
	}
	return o;
}

/* Add one name of a model, unless it is filtered. */
static void
add_name(struct json_object *data, const struct chat_policy *policy,
    const char *id, struct json_object *model)
{
	if (!json_has_text(policy->filtered_models, id))
		json_object_array_add(data, model_list_one(id, model));
}

static void
add_all_names(struct json_object *data, const struct chat_policy *policy,
    struct json_object *model)
{
	const char *name = name_of(model);
	const char *suffixes[MODEL_SUFFIX_OFFERS];
	if (name == NULL || !is_usable(model) ||
	    json_has_text(policy->filtered_models, name))
		return;

	add_name(data, policy, name, model);
	size_t n = model_suffix_offers(name, policy, suffixes);
	for (size_t i = 0; i < n; i++) {
		struct buf id;
		buf_init(&id, BUF_SMALL);
		buf_fmt(&id, "%s%s", name, suffixes[i]);
		add_name(data, policy, buf_cstr(&id), model);
		buf_clear(&id);
	}
}

struct json_object *
model_list_openai(struct json_object *models, const struct chat_policy *policy)
{
	struct json_object *data = json_object_new_array();
	struct json_object *list = json_object_new_object();
	for (size_t i = 0; i < json_count(models); i++)
		add_all_names(data, policy, json_at(models, i));
	json_set_text(list, "object", "list");
	json_set(list, "data", data);
	return list;
}

struct json_object *
model_list_native(struct json_object *models, const struct chat_policy *policy,
    size_t size, const char *after)
{
	struct json_object *page = json_object_new_array();
	struct json_object *list = json_object_new_object();
	const char *last = NULL;
	json_set(list, "models", page);
	for (size_t i = 0; i < json_count(models); i++) {
		const char *name = name_of(json_at(models, i));
		if (name == NULL || strcmp(name, after) <= 0 ||
		    json_has_text(policy->filtered_models, name))
			continue;
		if (json_count(page) == size) {
			json_set_text(list, "nextPageToken", last);
			break;
		}
		last = name;
		json_object_array_add(
		    page, json_object_get(json_at(models, i)));
	}
	return list;
}
