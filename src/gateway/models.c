/*
 * Lists of models, in OpenAI's form and in Gemini's, and one model in
 * OpenAI's. The database keeps what Gemini said last, the union over the
 * keys: that is the answer while it is fresh, and also when Gemini is away.
 */
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/log.h"
#include "gateway/access.h"
#include "gateway/body.h"
#include "gateway/endpoint.h"
#include "gateway/models_parts.h"
#include "gateway/native_page.h"
#include "gateway/respond.h"
#include "gateway/service.h"
#include "pool/pool_choice.h"
#include "protocol/chat_draw.h"
#include "protocol/model_list.h"
#include "protocol/model_name.h"
#include "protocol/model_suffix.h"
#include "store/models.h"
#include "store/pools.h"
#include "store/tokens.h"

static const char content_type[] = "application/json; charset=utf-8";

/* Gemini's own page sizes. */
#define PAGE_USUAL 50
#define PAGE_MAX 1000

/* Who could have an old answer at once waits no longer for a new one. */
#define PATIENCE_MS 10000

/* --- what is stored ------------------------------------------------------ */

/* Take a list over as the one that is stored. */
static void
set_stored(struct models *m, struct json_object *models)
{
	json_object_put(m->stored);
	json_object_put(m->names);
	m->stored = models;
	m->names = model_list_names(models);
	m->policy.models = m->age_ms < 0 ? NULL : m->names;
}

static void
load(struct models *m)
{
	m->age_ms = -1;
	set_stored(m, models_load(m->service->db, &m->age_ms));
}

static bool
is_fresh(const struct models *m)
{
	return m->age_ms >= 0 && m->age_ms < m->max_age_s * 1000;
}

/* A little more than its age would have it: never 0. */
static int64_t
stale_s(const struct models *m)
{
	return is_fresh(m) ? 0 : m->age_ms / 1000 + 1;
}

/* Is the stored list this request's answer? If it is old, one request among
 * all asks Gemini, and the others go on with it. */
static bool
is_enough(const struct models *m)
{
	if (m->age_ms < 0 || m->max_age_s == 0)
		return false;
	if (m->id != NULL)
		return is_fresh(m) &&
		    model_list_find(m->stored, buf_cstr(&m->base)) != NULL;
	return is_fresh(m) ||
	    !models_claim(m->service->db, m->max_age_s * 1000);
}

static void
serve_stored(struct models *m, int64_t token_id)
{
	struct buf body;
	buf_init(&body, BUF_LARGE);
	(void)models_view_write(
	    m, m->stored, &body); /* is_enough() has looked */
	respond_start(m->service, 200, content_type);
	respond_stale(m->service, stale_s(m));
	respond_rest(m->service, buf_cstr(&body), body.len);
	live_answered(
	    m->service, m->view->route, m->fetch.live.model, token_id);
	buf_clear(&body);
}

/* --- what Gemini says ---------------------------------------------------- */

/* One key's list goes into the database, and all keys' to the client. */
static void
merge(struct models *m, struct json_object *found, int64_t key_id)
{
	bool kept = models_put(m->service->db, found, key_id);
	if (kept)
		load(m);
	if (!kept || m->age_ms < 0) {
		m->age_ms = 0;
		set_stored(m, json_object_get(found));
	}
}

static void
answer(void *ctx, struct json_object *found, int64_t key_id, struct buf *out)
{
	struct models *m = ctx;
	if (m->id == NULL) {
		merge(m, found, key_id);
		found = m->stored;
	}
	/* One model may call itself otherwise than it was called. */
	if (models_view_write(m, found, out))
		return;
	struct json_object *one = model_list_one(m->id, json_at(found, 0));
	json_write(out, one);
	buf_byte(out, '\n');
	json_object_put(one);
}

static void
fetch(struct models *m)
{
	if (m->age_ms >= 0 &&
	    (m->id == NULL || model_list_find(m->stored, buf_cstr(&m->base))))
		m->fetch.live.limit_ms = PATIENCE_MS;
	model_fetch_run(&m->fetch);
}

/* Gemini is away, or no key can ask it: what is known has to do. */
static bool
rescue(void *ctx, const struct api_error *error, struct buf *out)
{
	static const enum api_fault away[] = {FAULT_RESTING, FAULT_QUOTA,
	    FAULT_NO_KEY, FAULT_OVERLOADED, FAULT_UPSTREAM, FAULT_TIMEOUT};
	struct models *m = ctx;
	size_t i = 0;
	while (i < COUNT_OF(away) && away[i] != error->fault)
		i++;
	if (i == COUNT_OF(away))
		return false;
	if (m->id == NULL && error->message != NULL &&
	    !models_fail(m->service->db, error->message))
		log_line(LOG_WARNING, "the model list's failure is not kept");
	m->fetch.live.stale_s = stale_s(m);
	return m->age_ms >= 0 && models_view_write(m, m->stored, out);
}

/* --- the request --------------------------------------------------------- */

/* The settings that lists go by. */
static void
set_policy(void *ctx)
{
	struct models *m = ctx;
	const struct settings *set = m->service->settings;
	m->max_age_s = settings_int(set, SETTING_ID_MODELS_CACHE_SECONDS);
	m->policy.filtered_models =
	    settings_json(set, SETTING_ID_FILTERED_MODELS);
	m->policy.search_models = settings_json(set, SETTING_ID_SEARCH_MODELS);
	m->policy.image_models = settings_json(set, SETTING_ID_IMAGE_MODELS);
	m->policy.thinking_models =
	    settings_json(set, SETTING_ID_THINKING_MODELS);
	const char *pool,
	    *draws = settings_text(set, SETTING_ID_CREATE_IMAGE_MODEL);
	m->policy.create_image_model =
	    tokens_may_use(m->allowed, model_name_split(draws, &pool)) ? draws
								       : NULL;
}

static bool
is_filtered(const struct models *m, const char *name)
{
	return json_has_text(m->policy.filtered_models, name);
}

/* Which model is meant by the name in the path, NULL if by none. */
static bool
read_name(struct models *m, const char *name, struct api_error *error)
{
	if (name != NULL) {
		size_t len;
		const char *pool;
		const char *draws = chat_draw_model(&m->policy, name, &pool);
		const char *base = draws != NULL ? draws : name;
		(void)model_suffix_split(base, &m->policy, &len);
		buf_add(&m->base, base, len);
		m->fetch.live.model = m->fetch.name = buf_cstr(&m->base);
	}
	if (name == NULL || is_filtered(m, name) ||
	    is_filtered(m, buf_cstr(&m->base)))
		return api_error_set(error, FAULT_MODEL_NOT_FOUND, "model",
		    "There is no model of that name.");
	return tokens_may_use(m->allowed, buf_cstr(&m->base)) ||
	    access_refuse(error, "model", 0, 0);
}

/* Which page of Gemini's form. */
static bool
read_page(struct models *m, struct api_error *error)
{
	struct buf token;
	int64_t size;
	buf_init(&token, BUF_SMALL);
	bool ok = native_page_read(
		      m->service, PAGE_USUAL, PAGE_MAX, &size, &token, error) &&
	    (token.len == 0 ||
		model_list_read_token(buf_cstr(&token), &m->after) ||
		native_page_bad_token(error));
	m->page_size = (size_t)size;
	buf_clear(&token);
	return ok;
}

/* Everything that can be at fault before Gemini is asked. */
static bool
prepare(struct models *m, const char *name, int64_t *token_id,
    struct api_error *error)
{
	uint8_t *token = m->fetch.live.token;
	if (!access_take(m->service, token, error) ||
	    !access_check_models(
		m->service, token, token_id, &m->allowed, error))
		return false;
	set_policy(m);
	load(m);
	if (m->view == &models_view_one)
		return read_name(m, name, error);
	if (m->view == &models_view_openai)
		m->vertex = pools_have_keys(m->service->db, POOL_VERTEX);
	return m->view == &models_view_openai || read_page(m, error);
}

/* name: of one model, clean, or NULL; id: … as it is asked for. */
static void
serve(struct service *s, const struct models_view *view, const char *name,
    const char *id)
{
	struct models m = {
	    .service = s,
	    .view = view,
	    .id = id,
	    .fetch = {.live = {.service = s,
			  .dialect = view->dialect,
			  .route = view->route,
			  .model = name == NULL ? "-" : name,
			  .content_type = content_type},
		.settings_changed = set_policy,
		.answer = answer,
		.rescue = rescue},
	};
	struct api_error error = {0};
	int64_t token_id = 0;
	m.fetch.ctx = &m;
	buf_init(&m.base, BUF_SMALL);
	buf_init(&m.after, BUF_SMALL);

	if (!prepare(&m, name, &token_id, &error))
		body_refuse(s, view->route, m.fetch.live.model,
		    m.fetch.live.token, token_id, view->dialect, &error);
	else if (is_enough(&m))
		serve_stored(&m, token_id);
	else
		fetch(&m);
	api_error_clear(&error);
	json_object_put(m.stored);
	json_object_put(m.names);
	json_object_put(m.allowed);
	buf_clear(&m.base);
	buf_clear(&m.after);
}

static void
serve_openai(struct service *s, const struct route_match *match)
{
	(void)match;
	serve(s, &models_view_openai, NULL, NULL);
}

static void
serve_native(struct service *s, const struct route_match *match)
{
	(void)match;
	serve(s, &models_view_native, NULL, NULL);
}

static void
serve_vertex(struct service *s, const struct route_match *match)
{
	(void)match;
	serve(s, &models_view_vertex, NULL, NULL);
}

static void
serve_one(struct service *s, const struct route_match *match)
{
	const char *pool;
	struct buf text;
	buf_init(&text, BUF_SMALL);
	route_match_join(match, &text);
	const char *name = model_name_split(buf_cstr(&text), &pool);
	serve(s, &models_view_one, name, pool != NULL ? buf_cstr(&text) : name);
	buf_clear(&text);
}

const struct endpoint endpoint_models = {DIALECT_OPENAI, serve_openai};
const struct endpoint endpoint_model = {DIALECT_OPENAI, serve_one};
const struct endpoint endpoint_native_models = {DIALECT_GOOGLE, serve_native};
const struct endpoint endpoint_vertex_models = {DIALECT_GOOGLE, serve_vertex};
