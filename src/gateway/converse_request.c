/* A conversation's request: from the client's body to Gemini's bytes. */
#include <string.h>

#include "base/json.h"
#include "gateway/body.h"
#include "gateway/converse_parts.h"
#include "gateway/picture_host.h"
#include "gateway/service.h"
#include "gateway/streaming.h"
#include "protocol/chat_tier.h"
#include "protocol/fake_stream.h"

/* What the settings in force have to say. */
static struct chat_policy
policy_of(const struct converse *c)
{
	const struct settings *set = c->service->settings;
	return (struct chat_policy){
	    .show_thoughts =
		settings_int(set, SETTING_ID_SHOW_THINKING_PROCESS) != 0,
	    .thoughts_as_tags =
		settings_int(set, SETTING_ID_THOUGHTS_AS_TAGS) != 0,
	    .search_links = settings_int(set, SETTING_ID_SHOW_SEARCH_LINK) != 0,
	    .markdown_images =
		settings_int(set, SETTING_ID_IMAGES_AS_MARKDOWN) != 0,
	    .picture_links = picture_host_in_chat(set),
	    .url_context =
		settings_int(set, SETTING_ID_URL_CONTEXT_ENABLED) != 0,
	    .code_execution =
		settings_int(set, SETTING_ID_TOOLS_CODE_EXECUTION_ENABLED) != 0,
	    .named_built_ins =
		settings_int(set, SETTING_ID_BUILT_IN_TOOLS_BY_NAME) != 0,
	    .fill_missing_results =
		settings_int(set, SETTING_ID_FILL_MISSING_RESULTS) != 0,
	    .drop_prefill =
		strcmp(settings_text(set, SETTING_ID_TRAILING_ASSISTANT),
		    "drop") == 0,
	    .fake_stream =
		settings_int(set, SETTING_ID_FAKE_STREAM_ENABLED) != 0,
	    .safety = settings_json(set, SETTING_ID_SAFETY_SETTINGS),
	    .filtered_models = settings_json(set, SETTING_ID_FILTERED_MODELS),
	    .search_models = settings_json(set, SETTING_ID_SEARCH_MODELS),
	    .image_models = settings_json(set, SETTING_ID_IMAGE_MODELS),
	    .thinking_models = settings_json(set, SETTING_ID_THINKING_MODELS),
	    .url_context_models =
		settings_json(set, SETTING_ID_URL_CONTEXT_MODELS),
	    .fake_stream_models =
		settings_json(set, SETTING_ID_FAKE_STREAM_MODELS),
	    .thinking_budgets =
		settings_json(set, SETTING_ID_THINKING_BUDGET_MAP),
	    .url_allow_list = settings_json(set, SETTING_ID_URL_ALLOW_LIST),
	    .create_image_model =
		settings_text(set, SETTING_ID_CREATE_IMAGE_MODEL),
	    .models = c->service->model_names,
	    .quirks = c->service->quirks,
	    .learned = c->learned,
	};
}

/* Sign the calls of the history for the key's project. */
static void
sign(struct converse *c, const struct lease *lease)
{
	struct json_object *bypass = NULL;
	if (c->bypass) {
		bypass = json_object_new_object();
		json_set_bool(bypass, "bypass", true);
	}
	chat_signatures_apply(&c->request,
	    bypass != NULL ? bypass : lease->recalled, lease->scope);
	json_object_put(bypass);
	c->written = false;
}

/* An attempt begins, with that key: put the bytes in order. */
void
converse_leased(void *ctx, const struct lease *lease)
{
	struct converse *c = ctx;
	c->token_id = lease->token_id;
	c->key_id = lease->key_id;
	if (c->request.stream && !c->live.fake_stream)
		streaming_pace(c->service->settings, &c->pacer,
		    c->form->reader(c->answer));
	if (c->request.signatures.count > 0)
		sign(c, lease);
	if (chat_tier_set(&c->request, strcmp(lease->pool, POOL_PAID) == 0))
		c->written = false;
	if (!c->written) {
		buf_reset(&c->upstream);
		json_write(&c->upstream, c->request.gemini);
		c->upstream_len = c->upstream.len;
	}
	c->written = true;
	if (c->upstream.len > c->upstream_len) { /* a further hop's token */
		c->upstream.len = c->upstream_len - 1;
		buf_byte(&c->upstream, '}');
	}
	c->live.body = buf_cstr(&c->upstream);
	c->live.body_len = c->upstream.len;
}

bool
converse_translate(struct converse *c, struct api_error *error)
{
	int64_t version = settings_version(c->service->settings);
	const struct chat_policy policy = policy_of(c);
	struct chat_request fresh;
	if (!c->form->read(&fresh, c->body, &policy, error) ||
	    !media_fetch(&c->media, c->service, c->live.token, &c->token_id,
		&fresh, error)) {
		chat_request_clear(&fresh);
		return false;
	}
	/* The token was checked meanwhile, and others are in force now. */
	if (settings_version(c->service->settings) != version) {
		chat_request_clear(&fresh);
		return converse_translate(c, error);
	}
	chat_request_clear(&c->request);
	c->request = fresh;
	c->written = false;

	c->live.fake_stream =
	    c->request.predicts || fake_stream_wanted(&c->request, &policy);
	buf_reset(&c->path);
	buf_fmt(&c->path, "/models/%s:%s", c->request.model,
	    c->request.predicts       ? "predict"
		: c->live.fake_stream ? "generateContent"
				      : "streamGenerateContent?alt=sse");
	c->max_tokens =
	    json_get_int(json_get(c->request.gemini, "generationConfig"),
		"maxOutputTokens", 0);
	c->live.model = c->live.facts.model = c->request.pool_model;
	c->live.pool = c->request.pool;
	c->live.pool_model = c->request.model;
	/* Pictures are for keys with billing too, where there are any. */
	c->live.tier = c->request.tier != NULL || c->request.draws;
	c->live.path = buf_cstr(&c->path);
	c->live.adjusted = buf_cstr(&c->request.adjusted);
	return true;
}

size_t
converse_largest_event(const struct converse *c)
{
	return settings_bytes(c->service->settings, SETTING_ID_MAX_ANSWER_MB);
}

/* The settings have changed since the translation: do it again. */
void
converse_settings_changed(void *ctx)
{
	struct converse *c = ctx;
	converse_translate(c, &c->refusal);
	for (int i = 0; i < GEMINI_MAX_CHOICES; i++) {
		c->events[i].max = converse_largest_event(c);
		events_restart(&c->events[i]);
	}
}

/* What was legal a moment ago may be so no more. */
bool
converse_admit(void *ctx, struct api_error *error)
{
	struct converse *c = ctx;
	*error = c->refusal;
	c->refusal = (struct api_error){0};
	return error->fault == FAULT_NONE;
}

bool
converse_translate_again(struct converse *c, struct api_error *error)
{
	return body_judge_again(
		   c->service, c->live.token, &c->token_id, error) &&
	    converse_translate(c, error);
}
