/* Models, in the form of the API that they are asked for by. */
#include "base/json.h"
#include "gateway/models_parts.h"
#include "protocol/model_list.h"
#include "protocol/model_name.h"
#include "store/tokens.h"

static struct json_object *
make_openai(const struct models *m, struct json_object *models)
{
	struct json_object *list = model_list_openai(models, &m->policy);
	if (m->vertex)
		model_list_add_vertex(list, models, &m->policy);
	return list;
}

static struct json_object *
make_native(const struct models *m, struct json_object *models)
{
	return model_list_native(
	    models, &m->policy, m->page_size, buf_cstr(&m->after));
}

static struct json_object *
make_vertex(const struct models *m, struct json_object *models)
{
	struct json_object *of_vertex = model_list_of_vertex(models);
	struct json_object *list = make_native(m, of_vertex);
	json_object_put(of_vertex);
	return list;
}

static struct json_object *
make_one(const struct models *m, struct json_object *models)
{
	struct json_object *model = model_list_find(models, buf_cstr(&m->base));
	return model == NULL ? NULL : model_list_one(m->id, model);
}

const struct models_view models_view_openai = {
    DIALECT_OPENAI, "openai.models", make_openai};
const struct models_view models_view_native = {
    DIALECT_GOOGLE, "gemini.models", make_native};
const struct models_view models_view_vertex = {
    DIALECT_GOOGLE, "vertex.models", make_vertex};
const struct models_view models_view_one = {
    DIALECT_OPENAI, "openai.model", make_one};

/* Those of Gemini's objects that the token may use. The caller owns it. */
static struct json_object *
keep_allowed(const struct models *m, struct json_object *models)
{
	if (m->allowed == NULL)
		return json_object_get(models);
	struct json_object *kept = json_object_new_array();
	for (size_t i = 0; i < json_count(models); i++) {
		struct json_object *model = json_at(models, i);
		const char *name = json_get_text(model, "name");
		if (name != NULL &&
		    tokens_may_use(m->allowed, model_name_clean(name)))
			json_object_array_add(kept, json_object_get(model));
	}
	return kept;
}

bool
models_view_write(
    const struct models *m, struct json_object *models, struct buf *out)
{
	struct json_object *allowed = keep_allowed(m, models);
	struct json_object *answer = m->view->make(m, allowed);
	json_object_put(allowed);
	if (answer == NULL)
		return false;
	json_write(out, answer);
	buf_byte(out, '\n');
	json_object_put(answer);
	return true;
}
