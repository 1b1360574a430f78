/* POST /v1/audio/speech: OpenAI's speech over Gemini's stream. */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "gateway/body.h"
#include "gateway/endpoint.h"
#include "gateway/service.h"
#include "gateway/speech_parts.h"
#include "protocol/chat_request.h"
#include "protocol/token_estimate.h"
#include "sound/encoder.h"

static struct speech_policy
policy_of(const struct settings *set)
{
	struct speech_policy policy = {
	    .model = settings_text(set, SETTING_ID_TTS_MODEL),
	    .voice = settings_text(set, SETTING_ID_TTS_VOICE_NAME),
	    .speed = settings_text(set, SETTING_ID_TTS_SPEED),
	    .voices = settings_json(set, SETTING_ID_TTS_VOICES),
	    .filtered_models = settings_json(set, SETTING_ID_FILTERED_MODELS),
	};
	for (int i = 0; i < SPEECH__MAX; i++)
		policy.can[i] = encoder_has((enum speech_form)i);
	return policy;
}

static void
write_path(struct speech *s)
{
	buf_reset(&s->path);
	buf_fmt(&s->path, "/models/%s:%s", s->request.asked.model,
	    s->whole ? "generateContent" : "streamGenerateContent?alt=sse");
	s->live.path = buf_cstr(&s->path);
}

/* Some models that speak do so in one piece only, and Google tells it by the
 * name of the method. */
static bool
repair(void *ctx, const char *message)
{
	struct speech *s = ctx;
	if (s->whole || !text_contains(message, "streamGenerateContent"))
		return false;
	s->whole = true;
	write_path(s);
	return true;
}

/* Translate the client's body by the settings in force. False, and nothing
 * is changed but *error, if it is refused. */
static bool
translate(struct speech *s, struct api_error *error)
{
	const struct speech_policy policy = policy_of(s->service->settings);
	struct speech_request fresh;
	if (!speech_request_read(&fresh, s->body, &policy, error)) {
		speech_request_clear(&fresh);
		return false;
	}
	speech_request_clear(&s->request);
	s->request = fresh;
	write_path(s);
	buf_reset(&s->upstream);
	json_write(&s->upstream, s->request.gemini);
	s->live.model = s->live.facts.model = s->request.asked.pool_model;
	s->live.pool = s->request.asked.pool;
	s->live.pool_model = s->request.asked.model;
	s->live.body = buf_cstr(&s->upstream);
	s->live.body_len = s->upstream.len;
	s->live.adjusted = s->request.adjusted;
	return true;
}

/* The settings have changed since the translation: do it again. */
static void
settings_changed(void *ctx)
{
	struct speech *s = ctx;
	translate(s, &s->refusal);
}

/* What was legal a moment ago may be so no more. */
static bool
admit(void *ctx, struct api_error *error)
{
	struct speech *s = ctx;
	*error = s->refusal;
	s->refusal = (struct api_error){0};
	return error->fault == FAULT_NONE;
}

static bool
take_body(struct speech *s, struct api_error *error)
{
	struct buf body;
	buf_init(&body, BUF_SMALL);
	if (body_take(s->service, s->live.token, &s->token_id, &body, error)) {
		s->body = chat_body_parse(body.data, body.len, error);
		s->live.tokens = token_estimate(body.data, body.len);
	}
	buf_clear(&body);
	return s->body != NULL;
}

static void
serve(struct service *service, const struct route_match *match)
{
	struct speech s = {
	    .service = service,
	    .live = {.service = service,
		.dialect = DIALECT_OPENAI,
		.route = "openai.speech",
		.method = "POST",
		.prompt_field = "input",
		.settings_changed = settings_changed},
	};
	const struct relay_task task = {
	    .ctx = &s, .admit = admit, .repair = repair};
	struct api_error error = {0};
	(void)match;
	buf_init(&s.path, BUF_SMALL);
	buf_init(&s.upstream, BUF_LARGE);
	if (take_body(&s, &error) &&
	    (translate(&s, &error) ||
		(body_judge_again(service, s.live.token, &s.token_id, &error) &&
		    translate(&s, &error))))
		speech_answer_run(&s, &task);
	else
		body_refuse(service, s.live.route,
		    s.request.asked.pool_model ? s.request.asked.pool_model
					       : "-",
		    s.live.token, s.token_id, DIALECT_OPENAI, &error);
	speech_request_clear(&s.request);
	api_error_clear(&s.refusal);
	api_error_clear(&error);
	json_object_put(s.body);
	buf_clear(&s.path);
	buf_clear(&s.upstream);
}

const struct endpoint endpoint_speech = {DIALECT_OPENAI, serve};
