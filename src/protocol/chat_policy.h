/*
 * What a chat request is read by, besides its own body: the settings, and
 * what is known of the models. Borrowed members may be NULL.
 */
#ifndef KEYWHEEL_PROTOCOL_CHAT_POLICY_H
#define KEYWHEEL_PROTOCOL_CHAT_POLICY_H

#include <json-c/json.h>
#include <stdbool.h>

struct chat_policy {
	bool show_thoughts;        /* SHOW_THINKING_PROCESS */
	bool thoughts_as_tags;     /* THOUGHTS_AS_TAGS */
	bool search_links;         /* SHOW_SEARCH_LINK */
	bool markdown_images;      /* IMAGES_AS_MARKDOWN */
	bool picture_links;        /* CHAT_PICTURE_LINKS, and a host for it */
	bool url_context;          /* URL_CONTEXT_ENABLED */
	bool code_execution;       /* TOOLS_CODE_EXECUTION_ENABLED */
	bool named_built_ins;      /* BUILT_IN_TOOLS_BY_NAME */
	bool fill_missing_results; /* FILL_MISSING_RESULTS */
	bool drop_prefill;         /* TRAILING_ASSISTANT is drop */
	bool fake_stream;          /* FAKE_STREAM_ENABLED */

	struct json_object *safety;             /* SAFETY_SETTINGS, a list */
	struct json_object *filtered_models;    /* lists of names */
	struct json_object *search_models;      /* … */
	struct json_object *image_models;       /* … */
	struct json_object *thinking_models;    /* … */
	struct json_object *url_context_models; /* … */
	struct json_object *fake_stream_models; /* … */
	struct json_object *thinking_budgets;   /* {"model": number} */
	struct json_object *url_allow_list;     /* URL_ALLOW_LIST, hosts */
	const char *create_image_model; /* CREATE_IMAGE_MODEL, or NULL */

	/* The models that Gemini lists, {"name": the most tokens it answers
	 * with, or true}; NULL: not known yet. */
	struct json_object *models;
	/* What models have refused before, {"model": ["no_logprobs", …]}:
	 * protocol/model_quirk.h. */
	struct json_object *quirks;
	/* … and what this very request was refused for, a list of such. */
	struct json_object *learned;
};

#endif
