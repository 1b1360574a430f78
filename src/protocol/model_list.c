/* Gemini's models, as clients list them. */
#include "protocol/model_list.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "protocol/chat_draw.h"
#include "protocol/model_name.h"
#include "protocol/model_suffix.h"

/* What Vertex is asked of a model here. */
static const char *const vertex_methods[] = {"generateContent", "countTokens"};

static bool
generates(struct json_object *model)
{
	return json_has_text(
	    json_get(model, "supportedGenerationMethods"), vertex_methods[0]);
}

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

/* A list, and what the names in it begin with. */
struct listing {
	struct json_object *data;
	const struct chat_policy *policy;
	const char *prefix;
};

static bool
is_filtered(const struct listing *l, const char *name)
{
	return json_has_text(l->policy->filtered_models, name);
}

/* Add one name of a model, unless it is filtered, with or without the prefix.
 */
static void
add_name(const struct listing *l, const char *name, const char *suffix,
    struct json_object *model)
{
	struct buf id;
	buf_init(&id, BUF_SMALL);
	buf_fmt(&id, "%s%s%s", l->prefix, name, suffix);
	if (!is_filtered(l, buf_cstr(&id)) &&
	    !is_filtered(l, buf_cstr(&id) + strlen(l->prefix)))
		json_object_array_add(
		    l->data, model_list_one(buf_cstr(&id), model));
	buf_clear(&id);
}

static void
add_all_names(const struct listing *l, struct json_object *model)
{
	const char *name = name_of(model);
	const char *suffixes[MODEL_SUFFIX_OFFERS];
	if (name == NULL || is_filtered(l, name))
		return;
	add_name(l, name, "", model);
	size_t n = model_suffix_offers(name, l->policy, suffixes);
	for (size_t i = 0; i < n; i++)
		add_name(l, name, suffixes[i], model);
}

/* The name by which chats ask the model of image requests, also if Google does
 * not list that model. */
static void
add_drawing(const struct listing *l, struct json_object *models)
{
	const char *pool, *set = l->policy->create_image_model;
	const char *name = set == NULL ? NULL : model_name_split(set, &pool);
	if (name != NULL && !is_filtered(l, name))
		add_name(
		    l, name, chat_draw_suffix, model_list_find(models, name));
}

struct json_object *
model_list_openai(struct json_object *models, const struct chat_policy *policy)
{
	struct json_object *data = json_object_new_array();
	struct json_object *list = json_object_new_object();
	const struct listing l = {data, policy, ""};
	for (size_t i = 0; i < json_count(models); i++)
		if (is_usable(json_at(models, i)))
			add_all_names(&l, json_at(models, i));
	add_drawing(&l, models);
	json_set_text(list, "object", "list");
	json_set(list, "data", data);
	return list;
}

void
model_list_add_vertex(struct json_object *list, struct json_object *models,
    const struct chat_policy *policy)
{
	const struct listing l = {json_get(list, "data"), policy, "vertex/"};
	for (size_t i = 0; i < json_count(models); i++)
		if (generates(json_at(models, i)))
			add_all_names(&l, json_at(models, i));
}

/* A model as it is, but for what may be asked of it. */
static struct json_object *
as_of_vertex(struct json_object *model)
{
	struct json_object *o = json_object_new_object();
	struct json_object *methods = json_object_new_array();
	for (size_t i = 0; i < COUNT_OF(vertex_methods); i++)
		json_object_array_add(
		    methods, json_object_new_string(vertex_methods[i]));
	json_object_object_foreach(model, name, value)
	    json_share(o, name, value);
	json_set(o, "supportedGenerationMethods", methods);
	return o;
}

struct json_object *
model_list_of_vertex(struct json_object *models)
{
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < json_count(models); i++)
		if (generates(json_at(models, i)))
			json_object_array_add(
			    list, as_of_vertex(json_at(models, i)));
	return list;
}

/* What a token begins with before it is written in hex. */
static const char token_mark[] = "after:";

static void
set_token(struct json_object *list, const char *last)
{
	struct buf plain, token;
	buf_init(&plain, BUF_SMALL);
	buf_init(&token, BUF_SMALL);
	buf_fmt(&plain, "%s%s", token_mark, last);
	text_hex(&token, (const uint8_t *)buf_cstr(&plain), plain.len);
	json_set_text(list, "nextPageToken", buf_cstr(&token));
	buf_clear(&plain);
	buf_clear(&token);
}

bool
model_list_read_token(const char *token, struct buf *after)
{
	char plain[256];
	size_t mark = sizeof(token_mark) - 1;
	long len = text_unhex(token, (uint8_t *)plain, sizeof(plain) - 1);
	if (len < 0)
		return false;
	plain[len] = '\0';
	if (strncmp(plain, token_mark, mark) != 0 ||
	    strlen(plain) != (size_t)len ||
	    model_name_clean(plain + mark) != plain + mark)
		return false;
	buf_str(after, plain + mark);
	return true;
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
			set_token(list, last == NULL ? after : last);
			break;
		}
		last = name;
		json_object_array_add(
		    page, json_object_get(json_at(models, i)));
	}
	return list;
}
