/* The model's name: which model it is, and what else it asks for. */
#include "protocol/chat_model.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/chat_builtin.h"
#include "protocol/chat_draw.h"
#include "protocol/field.h"
#include "protocol/chat_output.h"
#include "protocol/image_predict.h"
#include "protocol/model_quirk.h"
#include "protocol/model_suffix.h"

static bool
is_filtered(const struct chat_build *b, const char *name)
{
	return json_has_text(b->policy->filtered_models, name);
}

static void
grant(struct chat_build *b, unsigned wishes)
{
	if (wishes & WISH_SEARCH)
		chat_builtin_add(b, BUILTIN_SEARCH);
	if (wishes & WISH_IMAGE) {
		/* Models that draw refuse an instruction beside it. */
		chat_output_ask_image(b);
		b->req->traits.system = false;
	}
	/* What is said to the model besides the prompt is not sent. */
	if (b->req->draws && !b->req->predicts)
		chat_output_ask_image(b);
	b->thinking.off_by_name = (wishes & WISH_NO_THINKING) != 0;
	b->req->fake_stream = (wishes & WISH_FAKE_STREAM) != 0;
}

bool
chat_model_take(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	(void)field;
	const char *asked = json_object_get_string(value), *pool = NULL;
	const char *clean =
	    strlen(asked) == (size_t)json_object_get_string_len(value)
	    ? model_name_split(asked, &pool)
	    : NULL;
	if (clean == NULL)
		return field_bad_model(b->error);

	size_t len;
	struct chat_request *req = b->req;
	const char *named = clean, *own_pool = NULL,
		   *own = chat_draw_model(b->policy, clean, &own_pool);
	if (own != NULL) {
		clean = own;
		pool = pool != NULL ? pool : own_pool;
	}
	unsigned wishes = model_suffix_split(clean, b->policy, &len);
	req->asked_model = strdup(asked);
	req->model = strndup(clean, len);
	req->pool = pool;
	if (req->model != NULL)
		req->pool_model = model_name_in_pool(req->model, pool);
	if (req->asked_model == NULL || req->pool_model == NULL)
		return api_error_set(
		    b->error, FAULT_INTERNAL, NULL, "out of memory");
	if (is_filtered(b, named) || is_filtered(b, clean) ||
	    is_filtered(b, req->model) || is_filtered(b, req->pool_model))
		return field_unserved_model(path, named, b->error);
	req->predicts = image_predict_is(req->model);
	req->draws = own != NULL || req->predicts;
	req->traits = model_traits(req->model);
	/* Only the Gemini API can tell its tools' calls from the client's. */
	if (pool != NULL && strcmp(pool, "vertex") == 0)
		req->traits.mixed_tools = false;
	model_quirks_apply(
	    &req->traits, json_get(b->policy->quirks, req->pool_model));
	model_quirks_apply(&req->traits, b->policy->learned);
	grant(b, wishes);
	return true;
}
