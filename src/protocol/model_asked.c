/* The model that is asked for. */
#include "protocol/model_asked.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "protocol/api_error.h"
#include "protocol/field.h"
#include "protocol/model_name.h"

bool
model_asked_take(struct model_asked *asked, const char *name,
    struct json_object *filtered, struct api_error *error)
{
	*asked = (struct model_asked){0};
	const char *clean = model_name_split(name, &asked->pool);
	if (clean == NULL)
		return field_bad_model(error);
	asked->model = strdup(clean);
	asked->pool_model = model_name_in_pool(clean, asked->pool);
	if (asked->model == NULL || asked->pool_model == NULL)
		return api_error_set(
		    error, FAULT_INTERNAL, NULL, "out of memory");
	if (json_has_text(filtered, asked->model) ||
	    json_has_text(filtered, asked->pool_model))
		return field_unserved_model("model", clean, error);
	return true;
}

void
model_asked_clear(struct model_asked *asked)
{
	free(asked->model);
	free(asked->pool_model);
	*asked = (struct model_asked){0};
}
