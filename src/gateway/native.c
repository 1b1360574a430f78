/*
 * Gemini's own API: bytes are piped, a copy is read for usage and errors.
 *
 * What is streamed goes out event by event, so that an error can still be
 * put in where an event broke off; what comes as one body is held, up to a
 * ceiling, so that a broken one can still go to another key.
 */
#include "gateway/native.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/access.h"
#include "gateway/body.h"
#include "gateway/native_parts.h"
#include "gateway/native_path.h"
#include "gateway/resources.h"
#include "gateway/service.h"
#include "protocol/model_name.h"
#include "web/call.h"
#include "web/query.h"
#include "web/route.h"

static bool
cacheable(void *ctx, struct response_key *key)
{
	const struct native *n = ctx;
	return response_key_add_native(key, &n->body);
}

static bool
no_model(struct api_error *error)
{
	return api_error_set(error, FAULT_MODEL_NOT_FOUND, NULL,
	    "There is no model of that name.");
}

/* By the settings that came with the lease. */
bool
native_admit(void *ctx, struct api_error *error)
{
	const struct native *n = ctx;
	const struct settings *set = n->service->settings;
	return (!settings_has(set, SETTING_ID_FILTERED_MODELS, n->model) &&
		   !settings_has(
		       set, SETTING_ID_FILTERED_MODELS, n->live.model)) ||
	    no_model(error);
}

/* The path for Gemini; no credential of the client's is in it. */
static void
write_path(struct native *n)
{
	struct buf query, alt;
	buf_init(&query, BUF_SMALL);
	buf_init(&alt, BUF_SMALL);
	query_without(web_query(n->service->call), access_parameters,
	    access_n_parameters, &query);
	n->sse = query_get(buf_cstr(&query), "alt", &alt) &&
	    strcmp(buf_cstr(&alt), "sse") == 0;

	buf_fmt(&n->path, "/models/%s%s", n->model, n->kind->action);
	if (query.len > 0)
		buf_fmt(&n->path, "?%s", buf_cstr(&query));
	buf_clear(&query);
	buf_clear(&alt);
}

static bool
take(struct native *n, const char *name, int64_t *token_id,
    struct api_error *error)
{
	bool post = strcmp(n->kind->method, "POST") == 0;
	*token_id = 0;
	bool ok = post
	    ? body_take(n->service, n->live.token, token_id, &n->body, error)
	    : access_take(n->service, n->live.token, error);
	return ok && (name != NULL || no_model(error)) &&
	    resources_scan(
		n->service, buf_cstr(&n->body), n->body.len, &n->names, error);
}

/* Which model the path names, and in which pool; NULL if none. */
static char *
read_name(struct native *n, const struct buf *text)
{
	const char *pool;
	if (strlen(buf_cstr(text)) != text->len)
		return NULL;
	n->model = model_name_split(buf_cstr(text), &pool);
	if (n->model == NULL)
		return NULL;
	/* What a model is, Gemini tells every key; Vertex tells none. */
	if (*n->kind->action != '\0')
		n->live.pool = n->kind->pool != NULL ? n->kind->pool : pool;
	n->live.pool_model = n->model;
	return model_name_in_pool(n->model, n->live.pool);
}

void
native_serve(struct service *s, const struct route_match *match,
    const struct native_kind *kind)
{
	struct native n = {
	    .service = s,
	    .kind = kind,
	    .type = "application/json; charset=UTF-8",
	    .live = {.service = s,
		.dialect = DIALECT_GOOGLE,
		.route = kind->route,
		.method = kind->method,
		.version = native_version(match->route->pattern),
		.cacheable = kind->generates ? cacheable : NULL},
	};
	struct api_error error = {0};
	int64_t token_id;
	struct buf text;
	buf_init(&text, BUF_SMALL);
	route_match_join(match, &text);
	char *name = read_name(&n, &text);
	n.live.model = name == NULL ? "-" : name;
	buf_init(&n.body, BUF_SMALL);
	buf_init(&n.path, BUF_SMALL);

	if (take(&n, name, &token_id, &error)) {
		write_path(&n);
		native_run(&n);
	} else {
		body_refuse(s, kind->route, n.live.model, n.live.token,
		    token_id, DIALECT_GOOGLE, &error);
	}
	free(name);
	buf_clear(&text);
	api_error_clear(&error);
	resource_names_clear(&n.names);
	json_object_put(n.remember);
	buf_clear(&n.body);
	buf_clear(&n.path);
}
