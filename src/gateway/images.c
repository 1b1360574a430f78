/* POST /v1/images/generations, and what it shares with …/edits. */
#include <string.h>

#include "base/json.h"
#include "gateway/body.h"
#include "gateway/endpoint.h"
#include "gateway/images_parts.h"
#include "gateway/service.h"
#include "protocol/chat_request.h"
#include "protocol/token_estimate.h"

/* What Google says a picture in a prompt counts, a tile. */
#define PICTURE_TOKENS 258

/* What the settings in force have to say of pictures. */
static struct chat_policy
policy_of(const struct service *s)
{
	const struct settings *set = s->settings;
	return (struct chat_policy){
	    .safety = settings_json(set, SETTING_ID_SAFETY_SETTINGS),
	    .filtered_models = settings_json(set, SETTING_ID_FILTERED_MODELS),
	    .search_models = settings_json(set, SETTING_ID_SEARCH_MODELS),
	    .image_models = settings_json(set, SETTING_ID_IMAGE_MODELS),
	    .thinking_models = settings_json(set, SETTING_ID_THINKING_MODELS),
	    .models = s->model_names,
	    .create_image_model =
		settings_text(set, SETTING_ID_CREATE_IMAGE_MODEL),
	};
}

/* By the settings in force. False, and nothing is changed but *error, if it is
 * refused. */
static bool
translate(struct images *im, struct api_error *error)
{
	const struct chat_policy policy = policy_of(im->service);
	struct image_request fresh;
	if (!image_request_read(&fresh, im->body, im->inputs, &policy, error)) {
		image_request_clear(&fresh);
		return false;
	}
	image_request_clear(&im->request);
	im->request = fresh;
	buf_reset(&im->path);
	buf_fmt(&im->path, "/models/%s:%s", im->request.model,
	    im->request.predicts ? "predict" : "generateContent");
	im->live.path = buf_cstr(&im->path);
	im->live.model = im->live.facts.model = im->request.pool_model;
	im->live.pool = im->request.pool;
	im->live.pool_model = im->request.model;
	im->live.adjusted = buf_cstr(&im->request.adjusted);
	im->live.tokens =
	    token_estimate(im->request.prompt, strlen(im->request.prompt)) +
	    PICTURE_TOKENS * (int64_t)json_count(im->inputs);
	return true;
}

/* The settings have changed since the translation: do it again. */
static void
settings_changed(void *ctx)
{
	struct images *im = ctx;
	translate(im, &im->refusal);
}

void
images_init(struct images *im, struct service *s, const char *route)
{
	*im = (struct images){
	    .service = s,
	    .live = {.service = s,
		.dialect = DIALECT_OPENAI,
		.route = route,
		.method = "POST",
		.prompt_field = "prompt",
		/* Pictures are for keys with billing, where there are any:
		 * others have no quota for them. */
		.tier = true,
		.settings_changed = settings_changed},
	};
	buf_init(&im->path, BUF_SMALL);
	buf_init(&im->upstream, BUF_LARGE);
}

void
images_serve(struct images *im, bool body_taken, struct api_error *error)
{
	if (body_taken &&
	    (translate(im, error) ||
		(body_judge_again(
		     im->service, im->live.token, &im->token_id, error) &&
		    translate(im, error))))
		images_run(im);
	else
		body_refuse(im->service, im->live.route,
		    im->request.pool_model ? im->request.pool_model : "-",
		    im->live.token, im->token_id, DIALECT_OPENAI, error);

	image_request_clear(&im->request);
	api_error_clear(&im->refusal);
	api_error_clear(error);
	json_object_put(im->body);
	json_object_put(im->inputs);
	buf_clear(&im->path);
	buf_clear(&im->upstream);
}

static void
serve_generations(struct service *s, const struct route_match *match)
{
	struct images im;
	struct api_error error = {0};
	struct buf body;
	(void)match;
	images_init(&im, s, "openai.images.generate");
	buf_init(&body, BUF_SMALL);
	if (body_take(s, im.live.token, &im.token_id, &body, &error))
		im.body = chat_body_parse(body.data, body.len, &error);
	buf_clear(&body);
	images_serve(&im, im.body != NULL, &error);
}

const struct endpoint endpoint_image_generations = {
    DIALECT_OPENAI, serve_generations};
