/* Requests that are passed on: what goes to Google. */
#include "gateway/pipe.h"

#include <string.h>

#include "base/text.h"
#include "gateway/access.h"
#include "gateway/body.h"
#include "gateway/pipe_parts.h"
#include "gateway/resources.h"
#include "gateway/service.h"
#include "protocol/json_strings.h"
#include "protocol/model_name.h"
#include "protocol/resource_kind.h"
#include "protocol/token_estimate.h"
#include "web/call.h"
#include "web/query.h"

/* --- what is to be known of the request ----------------------------------- */

static bool
has_body(struct service *s)
{
	return strcmp(web_method(s->call), "GET") != 0 &&
	    strcmp(web_method(s->call), "HEAD") != 0;
}

/* The query without our tokens; does it ask for a stream? */
static bool
write_path(struct pipe *p)
{
	struct buf query, value;
	bool streams = false;
	buf_init(&query, BUF_SMALL);
	buf_init(&value, BUF_SMALL);
	query_without(p->call->query != NULL ? p->call->query
					     : web_query(p->live.service->call),
	    access_parameters, access_n_parameters, &query);
	if (query_get(buf_cstr(&query), "alt", &value))
		streams = strcmp(buf_cstr(&value), "sse") == 0;
	buf_reset(&value);
	if (query_get(buf_cstr(&query), "stream", &value))
		streams = streams || strcmp(buf_cstr(&value), "true") == 0;
	buf_fmt(&p->path, "%s%s%s", p->call->path, query.len > 0 ? "?" : "",
	    buf_cstr(&query));
	buf_clear(&query);
	buf_clear(&value);
	return streams;
}

static bool
asks_for_stream(const struct pipe *p)
{
	const char *body = buf_cstr(&p->body);
	const char *value = json_strings_member(body, p->body.len, "stream");
	return value != NULL && strncmp(value, "true", 4) == 0;
}

/* Gemini's name of the model that is asked for. */
static void
read_model(struct pipe *p)
{
	const char *model = p->call->model;
	if (model == NULL &&
	    json_strings_text(
		buf_cstr(&p->body), p->body.len, "model", &p->model))
		model = buf_cstr(&p->model);
	if (model != NULL && strlen(model) > 0)
		model = model_name_clean(model);
	if (model != NULL && strcmp(model, "-") == 0)
		model = NULL; /* the account's word for none */
	p->live.model = model == NULL ? "-" : model;
	p->live.pool_model = model;
	p->live.unnamed =
	    p->call->unnamed && (model == NULL || p->call->elsewhere);
}

/* Whose keys may have it. */
static bool
read_names(struct pipe *p, struct api_error *error)
{
	const struct pipe_call *call = p->call;
	if (!resources_scan(p->live.service, buf_cstr(&p->body), p->body.len,
		&p->names, error))
		return false;
	if (resource_kind_read(call->path, strlen(call->path), &p->own) !=
	    NULL) {
		if (p->names.list == NULL)
			p->names.list = json_object_new_array();
		json_object_array_add(
		    p->names.list, json_object_new_string(buf_cstr(&p->own)));
	}
	p->live.resources = p->names.list;
	if (call->home != NULL)
		p->live.sticky = call->home->name;
	return true;
}

static void
run(struct pipe *p)
{
	struct service *s = p->live.service;
	struct live *live = &p->live;
	bool streams = write_path(p) || asks_for_stream(p);
	pipe_headers_take(&p->up, s->call);
	live->path = buf_cstr(&p->path);
	live->version = p->call->version;
	live->bearer = p->call->bearer;
	live->headers = p->up.of;
	live->n_headers = p->up.n;
	if (has_body(s) &&
	    (p->body.len > 0 || strcmp(live->method, "DELETE"))) {
		live->body = buf_cstr(&p->body);
		live->body_len = p->body.len;
		live->body_type = web_header(s->call, "content-type");
	}
	if (live->pool_model != NULL)
		live->tokens = token_estimate(p->body.data, p->body.len);
	p->task.streamed = streams;
	pipe_answer_init(
	    p, settings_bytes(s->settings, SETTING_ID_MAX_ANSWER_MB));
	live_run(live, &p->task, !streams);
	pipe_answer_clear(p);
}

/* --- the request ---------------------------------------------------------- */

static void
init(struct pipe *p, struct service *s, const struct pipe_call *call)
{
	const char *method = web_method(s->call);
	*p = (struct pipe){
	    .call = call,
	    .live = {.service = s,
		.dialect = call->dialect,
		.route = call->route,
		.model = "-",
		.method = strcmp(method, "HEAD") == 0 ? "GET" : method},
	};
	buf_init(&p->body, BUF_SMALL);
	buf_init(&p->path, BUF_SMALL);
	buf_init(&p->model, BUF_SMALL);
	buf_init(&p->own, BUF_SMALL);
}

static void
clear(struct pipe *p)
{
	buf_clear(&p->body);
	buf_clear(&p->path);
	buf_clear(&p->model);
	buf_clear(&p->own);
	resource_names_clear(&p->names);
	json_object_put(p->remember);
}

static void
refuse(struct pipe *p, int64_t token_id, struct api_error *error)
{
	body_refuse(p->live.service, p->call->route, p->live.model,
	    p->live.token, token_id, p->call->dialect, error);
}

/* By the settings that are in force now. */
static bool
is_allowed(struct pipe *p, int64_t *token_id, struct api_error *error)
{
	struct service *s = p->live.service;
	if (!p->call->unknown)
		return true;
	return (*token_id != 0 ||
		   access_check(s, p->live.token, token_id, NULL, error)) &&
	    (settings_int(s->settings, SETTING_ID_PASS_UNKNOWN_METHODS) != 0 ||
		api_error_set(error, FAULT_UNKNOWN_URL, NULL,
		    "There is nothing at this address that the gateway "
		    "knows."));
}

/* Google takes its own API as protocol buffers, too: names in them would not be
 * seen. */
static bool
take_body(struct pipe *p, int64_t *token_id, struct api_error *error)
{
	struct service *s = p->live.service;
	return p->call->dialect == DIALECT_OPENAI
	    ? body_take_bytes(s, p->live.token, token_id, &p->body, error)
	    : body_take(s, p->live.token, token_id, &p->body, error);
}

void
pipe_serve(struct service *s, const struct pipe_call *call)
{
	struct pipe p;
	struct api_error error = {0};
	int64_t token_id = 0;
	init(&p, s, call);
	bool ok = has_body(s) ? take_body(&p, &token_id, &error)
			      : access_take(s, p.live.token, &error);
	if (ok && is_allowed(&p, &token_id, &error) && read_names(&p, &error)) {
		read_model(&p);
		run(&p);
	} else {
		refuse(&p, token_id, &error);
	}
	api_error_clear(&error);
	clear(&p);
}

void
pipe_refuse(struct service *s, const struct pipe_call *call,
    enum api_fault fault, const char *words)
{
	struct pipe p;
	struct api_error error = {0};
	init(&p, s, call);
	if (access_take(s, p.live.token, &error))
		api_error_set(&error, fault, NULL, "%s", words);
	refuse(&p, 0, &error);
	api_error_clear(&error);
	clear(&p);
}
