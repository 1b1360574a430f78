/* Models, in the form of the API that they are asked for by. */
#include "base/json.h"
#include "gateway/models_parts.h"
#include "protocol/model_list.h"

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

bool
models_view_write(
    const struct models *m, struct json_object *models, struct buf *out)
{
	struct json_object *answer = m->view->make(m, models);
	if (answer == NULL)
		return false;
	json_write(out, answer);
	buf_byte(out, '\n');
	json_object_put(answer);
	return true;
}
