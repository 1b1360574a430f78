/*
 * POST /v1/audio/transcriptions and /v1/audio/translations: a recording, as a
 * multipart form, to Gemini as inline data. How much of that it takes is
 * Google's to say (contract 1.3); before that MAX_BODY_MB does.
 */
#include <string.h>

#include "base/json.h"
#include "gateway/body.h"
#include "gateway/endpoint.h"
#include "gateway/service.h"
#include "gateway/transcription_parts.h"
#include "protocol/field.h"
#include "protocol/token_estimate.h"

/* A recording of more bytes lies in a file meanwhile. */
#define IN_MEMORY ((size_t)1024 * 1024)

/* --- the file ------------------------------------------------------------ */

static bool
unreadable(struct api_error *error)
{
	return api_error_set(
	    error, FAULT_INTERNAL, NULL, "The recording cannot be read back.");
}

/* What the recording is: by what is said of it, its name and its bytes. */
static bool
know_file(struct transcription *t, struct api_error *error)
{
	const struct form_part *f = form_find(&t->form, "file");
	char said[MEDIA_TYPE_SIZE];
	uint8_t first[MEDIA_SNIFF_SIZE];
	if (f == NULL)
		return field_missing("file", error);
	if (f->filename == NULL)
		return api_error_set(error, FAULT_WRONG_TYPE, "file",
		    "Invalid type for 'file': expected a file.");
	ssize_t n = form_read_at(f, 0, (char *)first, sizeof(first));
	if (n < 0)
		return unreadable(error);
	media_type_read(f->type, strlen(f->type), said);
	const char *by_name = media_type_of_name(f->filename);
	const char *mime = media_type_believe(
	    *said == '\0' && by_name != NULL ? by_name : said,
	    media_type_sniff(first, (size_t)n));
	if (n == 0 ||
	    (media_type_kind(mime) & (MEDIA_AUDIO | MEDIA_VIDEO)) == 0)
		return api_error_set(error, FAULT_BAD_VALUE, "file",
		    "Invalid 'file': %s",
		    n == 0 ? "it is empty."
			   : "it is no recording of a kind that is known.");
	memcpy(t->mime, mime, strlen(mime) + 1);
	t->file = f;
	return true;
}

/* --- the request --------------------------------------------------------- */

/* The form's fields; a name that ends in [] may stand there more than once. */
static bool
read_fields(struct transcription *t, struct api_error *error)
{
	t->fields = json_object_new_object();
	for (size_t i = 0; i < t->form.n; i++) {
		const struct form_part *p = &t->form.parts[i];
		size_t len = strlen(p->name);
		bool list = len > 2 && strcmp(p->name + len - 2, "[]") == 0;
		if (json_get(t->fields, p->name) != NULL && !list)
			return api_error_set(error, FAULT_BAD_VALUE, p->name,
			    "Invalid '%s': it is there twice.", p->name);
		if (p->filename == NULL)
			json_set_text_len(t->fields, p->name,
			    buf_cstr(&p->text), p->text.len);
	}
	return true;
}

/* Translate the form by the settings in force. False, and nothing is changed
 * but *error, if it is refused. */
static bool
translate(struct transcription *t, struct api_error *error)
{
	const struct settings *set = t->service->settings;
	const struct transcription_policy policy = {
	    .model = settings_text(set, SETTING_ID_TRANSCRIPTION_MODEL),
	    .filtered_models = settings_json(set, SETTING_ID_FILTERED_MODELS),
	};
	struct transcription_request fresh;
	if (!transcription_request_read(
		&fresh, t->fields, t->translate, &policy, error)) {
		transcription_request_clear(&fresh);
		return false;
	}
	transcription_request_clear(&t->request);
	t->request = fresh;
	buf_reset(&t->path);
	buf_fmt(&t->path, "/models/%s:streamGenerateContent?alt=sse",
	    t->request.asked.model);
	buf_reset(&t->upstream);
	transcription_request_begin(t->mime, &t->upstream);
	if (!form_base64(t->file, &t->upstream) && buf_ok(&t->upstream))
		return unreadable(error);
	transcription_request_end(&t->request, &t->upstream);
	t->live.model = t->live.facts.model = t->request.asked.pool_model;
	t->live.pool = t->request.asked.pool;
	t->live.pool_model = t->request.asked.model;
	t->live.path = buf_cstr(&t->path);
	t->live.body = buf_cstr(&t->upstream);
	t->live.body_len = t->upstream.len;
	t->live.tokens = token_estimate(t->upstream.data, t->upstream.len);
	t->live.adjusted = t->request.adjusted;
	return buf_ok(&t->upstream) ||
	    api_error_set(error, FAULT_TOO_LARGE, NULL, "out of memory");
}

/* The settings have changed since the translation: do it again. */
static void
settings_changed(void *ctx)
{
	struct transcription *t = ctx;
	translate(t, &t->refusal);
}

/* What was legal a moment ago may be so no more. */
static bool
admit(void *ctx, struct api_error *error)
{
	struct transcription *t = ctx;
	*error = t->refusal;
	t->refusal = (struct api_error){0};
	return error->fault == FAULT_NONE;
}

static bool
take(struct transcription *t, struct api_error *error)
{
	if (!form_take(t->service, t->live.token, &t->token_id,
		SETTING_ID_MAX_BODY_MB, IN_MEMORY, &t->form, error) ||
	    !read_fields(t, error) || !know_file(t, error))
		return false;
	return translate(t, error) ||
	    (body_judge_again(t->service, t->live.token, &t->token_id, error) &&
		translate(t, error));
}

static void
serve(struct service *s, const char *route, bool english)
{
	struct transcription t = {
	    .service = s,
	    .translate = english,
	    .live = {.service = s,
		.dialect = DIALECT_OPENAI,
		.route = route,
		.method = "POST",
		.prompt_field = "file",
		.settings_changed = settings_changed},
	};
	const struct relay_task task = {.ctx = &t, .admit = admit};
	struct api_error error = {0};
	buf_init(&t.path, BUF_SMALL);
	buf_init(&t.upstream, BUF_LARGE);
	if (take(&t, &error))
		transcription_run(&t, &task);
	else
		body_refuse(s, route,
		    t.request.asked.pool_model ? t.request.asked.pool_model
					       : "-",
		    t.live.token, t.token_id, DIALECT_OPENAI, &error);
	transcription_request_clear(&t.request);
	api_error_clear(&t.refusal);
	api_error_clear(&error);
	json_object_put(t.fields);
	form_clear(&t.form);
	buf_clear(&t.path);
	buf_clear(&t.upstream);
}

static void
serve_transcription(struct service *s, const struct route_match *match)
{
	(void)match;
	serve(s, "openai.transcription", false);
}

static void
serve_translation(struct service *s, const struct route_match *match)
{
	(void)match;
	serve(s, "openai.translation", true);
}

const struct endpoint endpoint_transcription = {
    DIALECT_OPENAI, serve_transcription};
const struct endpoint endpoint_translation = {
    DIALECT_OPENAI, serve_translation};
