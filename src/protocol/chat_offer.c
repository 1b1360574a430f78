/* When the settings' tools are added, and when they would break a request. */
#include "protocol/chat_offer.h"

#include <string.h>

#include "protocol/chat_builtin.h"
#include "protocol/chat_fields.h"

/* True if a part of the conversation has a member of that name. */
static bool
has_part(struct json_object *gemini, const char *member)
{
	struct json_object *contents = json_get(gemini, "contents");
	for (size_t i = 0; i < json_count(contents); i++) {
		struct json_object *parts =
		    json_get(json_at(contents, i), "parts");
		for (size_t k = 0; k < json_count(parts); k++)
			if (json_get(json_at(parts, k), member) != NULL)
				return true;
	}
	return false;
}

/* Gemini's tools and the client's do not go together on older models, and
 * nobody asked for ours. */
static bool
has_functions(const struct chat_build *b)
{
	return json_count(b->tools.functions) > 0 ||
	    has_part(b->req->gemini, "functionCall");
}

/* Models that take no tool, and answers that none may be used for. */
static bool
takes_none(const struct chat_build *b)
{
	const struct model_traits *traits = &b->req->traits;
	return traits->family == MODEL_GEMMA || traits->tts ||
	    traits->embedding || traits->image || b->req->json_wanted ||
	    json_get(b->config, "responseModalities") != NULL;
}

static bool
has_media(const struct chat_build *b)
{
	return has_part(b->req->gemini, "inlineData") ||
	    has_part(b->req->gemini, "fileData");
}

void
chat_offer_tools(struct chat_build *b)
{
	const struct chat_policy *policy = b->policy;
	if ((!policy->code_execution && !policy->url_context) ||
	    takes_none(b) || has_functions(b))
		return;
	if (policy->url_context &&
	    json_has_text(policy->url_context_models, b->req->model))
		chat_builtin_add(b, BUILTIN_URL_CONTEXT);
	if (policy->code_execution && !chat_builtin_has(b, BUILTIN_SEARCH) &&
	    !has_media(b))
		chat_builtin_add(b, BUILTIN_CODE);
}
