/* Whether a stream is to be a fake one. */
#include "protocol/fake_stream.h"

#include <string.h>

#include "base/json.h"
#include "protocol/model_name.h"

/* Is the name, as it is without `models/` and the like, one of the list? */
static bool
lists(struct json_object *list, const char *name)
{
	const char *pool;
	const char *clean = name == NULL ? NULL : model_name_split(name, &pool);
	for (size_t i = 0; clean != NULL && i < json_count(list); i++) {
		const char *text = json_object_get_string(json_at(list, i));
		const char *listed =
		    text == NULL ? NULL : model_name_clean(text);
		if (listed != NULL && strcmp(listed, clean) == 0)
			return true;
	}
	return false;
}

bool
fake_stream_wanted(
    const struct chat_request *req, const struct chat_policy *policy)
{
	return req->stream &&
	    (policy->fake_stream || req->fake_stream ||
		lists(policy->fake_stream_models, req->asked_model) ||
		lists(policy->fake_stream_models, req->model));
}
