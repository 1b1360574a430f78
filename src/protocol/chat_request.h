/*
 * POST /v1/chat/completions: OpenAI's request in, Gemini's request out
 * (contract section 1). Pure: what it needs of the world is in chat_policy.
 */
#ifndef KEYWHEEL_PROTOCOL_CHAT_REQUEST_H
#define KEYWHEEL_PROTOCOL_CHAT_REQUEST_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"
#include "protocol/api_error.h"
#include "protocol/chat_fetch.h"
#include "protocol/chat_policy.h"
#include "protocol/chat_signatures.h"
#include "protocol/model_name.h"
#include "protocol/tool_names.h"

struct chat_request {
	char *asked_model; /* the name the client used: echoed back */
	char *model;       /* clean name for the upstream path */
	const char *pool;  /* the pool it asks for by name; NULL: none */
	char *pool_model;  /* what the database calls the model, there */
	struct model_traits traits;
	bool stream;
	bool include_usage;    /* stream_options.include_usage */
	bool legacy_functions; /* answer with function_call */
	bool single_call;      /* parallel_tool_calls: false */
	bool json_wanted;      /* a JSON response_format */
	bool fake_stream;      /* by the model's name */

	/* A model that draws by one prompt (chat_draw.h). */
	bool draws;
	bool predicts; /* … which is asked by :predict */
	int pictures;  /* … how many, each by a call of its own; or 0 */

	/* How the answer is to look. */
	bool search_links;     /* end with the pages that were found */
	bool markdown_images;  /* pictures in the text as well */
	bool markdown_links;   /* … those that have an address */
	bool thoughts_as_tags; /* thoughts in the text, in <thought> */
	bool hide_thoughts;
	int n;    /* choices */
	bool fan; /* … each by a call of its own; else in one answer */
	struct json_object *gemini;  /* the upstream body, without the model */
	struct chat_fetches fetches; /* what is missing in that body */
	struct buf adjusted; /* "temperature, top_p": dropped for the model */
	const char *tier;    /* of service, for keys with billing; or NULL */
	size_t adjusted_before_tier;       /* how long that is without it */
	struct tool_names names;           /* of the tools: for the way back */
	struct chat_signatures signatures; /* in the history */
	/* Responses API: the client's body, of which the answer repeats a
	 * good deal; else NULL. */
	struct json_object *echo;
};

/* Parse a request's body. The caller owns the object; NULL with *error set if
 * it is no JSON, or an object of it has two members of one name. */
struct json_object *chat_body_parse(
    const char *body, size_t len, struct api_error *error);

/* Read the body, which is not changed. False with *error set (fault, param,
 * code, message) if it is refused; req must be cleared either way. */
MUSTCHECK bool chat_request_read(struct chat_request *req,
    struct json_object *body, const struct chat_policy *policy,
    struct api_error *error);
void chat_request_clear(struct chat_request *req);

#endif
