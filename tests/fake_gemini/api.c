/* The fake itself: finds out what is asked, and writes the answer. */
#include "api.h"

#include <json-c/json.h>
#include <stdlib.h>

#include "api_parts.h"
#include "books.h"
#include "calls.h"
#include "errors.h"
#include "files.h"
#include "mem.h"
#include "models.h"
#include "openai.h"
#include "prompt.h"
#include "records.h"
#include "resources.h"
#include "script.h"
#include "stage.h"
#include "stream.h"

struct api *
api_new(bool quiet, const unsigned long long *connections)
{
	struct api *api = mem_alloc(sizeof(*api));

	api->control.script = script_new();
	api->control.books = books_new();
	api->control.calls = calls_new();
	api->control.records = records_new(quiet);
	api->control.quota = quota_new();
	api->control.resources = resources_new();
	api->control.files = files_new(api->control.resources);
	api->connections = connections;
	api->tokener = json_tokener_new_ex(100);
	json_tokener_set_flags(api->tokener, JSON_TOKENER_VALIDATE_UTF8);
	return api;
}

void
api_free(struct api *api)
{
	if (api == NULL)
		return;
	script_free(api->control.script);
	books_free(api->control.books);
	calls_free(api->control.calls);
	records_free(api->control.records);
	quota_free(api->control.quota);
	files_free(api->control.files);
	resources_free(api->control.resources);
	json_tokener_free(api->tokener);
	route_clear(&api->route);
	buf_clear(&api->text);
	free(api);
}

bool
api_script(struct api *api, struct span text, struct buf *why)
{
	return script_read(api->control.script, text, false, why);
}

void
api_error(struct api *api, const struct deed *deed, const char *name,
    struct reply *reply)
{
	const struct route *route = &api->route;
	struct errors_case c = {
	    .name = name,
	    .key = buf_str(&route->key),
	    .model = buf_str(&route->model),
	    .method = buf_str(&route->method),
	    .version = buf_str(&route->version),
	    .delay = deed->retry_delay,
	    .project = deed->project,
	};
	bool wrap = (deed->error_array && route->kind == ROUTE_STREAM) ||
	    route->kind == ROUTE_OPENAI;

	reply->status =
	    deed->status > 0 ? (int)deed->status : errors_status(name);
	reply->good = false;
	if (wrap)
		buf_text(&reply->body, "[");
	errors_write(&reply->body, &c, true);
	if (wrap)
		buf_text(&reply->body, "]\n");
}

void
api_plain(
    struct reply *reply, int status, const char *message, const char *details)
{
	reply->status = status;
	reply->good = false;
	errors_plain(&reply->body, status, message, details, true);
}

/* A body that Google would not take. */
void
api_refuse(const struct buf *why, struct reply *reply)
{
	struct buf details = {0};

	if (prompt_malformed(why)) {
		buf_text(&details,
		    "[{\"@type\":\"type.googleapis.com/"
		    "google.rpc.BadRequest\",\"fieldViolations\":"
		    "[{\"description\":");
		buf_json(&details, why->at, why->len);
		buf_text(&details, "}]}]");
	}
	api_plain(reply, 400, buf_str(why),
	    details.len > 0 ? buf_str(&details) : NULL);
	buf_clear(&details);
}

static void
api_models(const struct http_request *request, struct reply *reply)
{
	struct buf size = {0}, token = {0};
	long long n = 0;

	if ((http_query(request->query, "pageSize", &size) &&
		!buf_number(buf_span(&size), 1LL << 31, &n)))
		api_plain(reply, 400,
		    "Invalid value at 'page_size' "
		    "(TYPE_INT32)",
		    NULL);
	else if (http_query(request->query, "pageToken", &token),
	    !models_page(&reply->body, n, buf_span(&token)))
		api_plain(reply, 400, "Invalid page token.", NULL);
	buf_clear(&size);
	buf_clear(&token);
}

/* What a rule says outright; false if it leaves the answer to us. */
static bool
api_fixed(struct api *api, const struct deed *deed, struct reply *reply)
{
	size_t n;

	if (!deed_fixed(deed))
		return false;
	if (deed->status > 0)
		reply->status = (int)deed->status;
	reply->good = reply->status < 300;
	if (deed->body != NULL) {
		const char *text = deed_json(deed->body, &n);

		buf_add(&reply->body, text, n);
		reply->tokens = deed->tokens;
	} else if (deed->raw != NULL) {
		buf_text(&reply->body, deed->raw);
		if (api->route.sse && api->route.kind == ROUTE_STREAM &&
		    reply->status == 200)
			stream_type(true, reply);
	} else if (deed->error != NULL) {
		api_error(api, deed, deed->error, reply);
	} else {
		api_plain(reply, reply->status, "As the script says.", NULL);
	}
	return true;
}

static bool
api_resource(
    struct api *api, const struct http_request *request, struct reply *reply)
{
	const struct resources_call call = {request, buf_str(&api->route.rest),
	    quota_project(api->control.quota, buf_str(&api->route.key))};

	return files_serve(api->control.files, api->tokener, &call,
		   buf_str(&api->route.path), reply) ||
	    resources_serve(api->control.resources, api->tokener, &call, reply);
}

/* The answer that nobody wrote a rule for, or one only on its delivery. */
static void
api_usual(struct api *api, const struct deed *deed,
    const struct http_request *request, struct reply *reply)
{
	struct route *route = &api->route;
	struct quota_refusal no;

	if (route->kind != ROUTE_NONE &&
	    !quota_key(api->control.quota, buf_str(&route->key), &no)) {
		api_refusal(api, &no, reply);
		return;
	}
	switch (route->kind) {
	case ROUTE_MODELS:
		api_models(request, reply);
		break;
	case ROUTE_MODEL:
		if (!models_one(&reply->body, buf_str(&route->model)))
			api_error(api, deed, "not_found_model", reply);
		break;
	case ROUTE_GENERATE:
	case ROUTE_STREAM:
	case ROUTE_COUNT:
		api_prompt(api, deed, request, reply);
		break;
	case ROUTE_EMBED:
	case ROUTE_EMBED_BATCH:
		api_embed(api, deed, request, reply);
		break;
	case ROUTE_OPENAI:
		openai_serve(api->tokener, route, request, reply);
		break;
	case ROUTE_PREDICT:
		api_predict(api, deed, request, reply);
		break;
	case ROUTE_OTHER:
		if (api_resource(api, request, reply))
			break;
		/* FALLTHROUGH */
	case ROUTE_NONE:
		api_plain(reply, 404, "Requested entity was not found.", NULL);
		break;
	}
}

void
api_serve(void *ctx, const struct http_request *request, struct reply *reply)
{
	struct api *api = ctx;
	struct route *route = &api->route;
	const struct deed *deed = &deed_none;

	api->control.connections = *api->connections;
	if (control_serve(&api->control, request, reply))
		return;
	route_read(route, request);
	if (route->kind == ROUTE_OPENAI)
		openai_model(api->tokener, request, &route->model);
	books_begin(api->control.books, buf_str(&route->key),
	    buf_str(&route->model), buf_str(&route->method), &reply->ticket);
	calls_begin(api->control.calls, route, request->body, &reply->ticket);
	records_begin(api->control.records, request, &reply->ticket);
	reply_json(reply);
	reply->good = true;
	if (route->kind != ROUTE_NONE && route->kind != ROUTE_OPENAI &&
	    route->key.len == 0) {
		api_error(api, deed, "unregistered", reply);
	} else {
		if (route->kind != ROUTE_NONE)
			deed = script_match(
			    api->control.script, route, &reply->ticket);
		if (!api_fixed(api, deed, reply))
			api_usual(api, deed, request, reply);
	}

	/* An answer that is not a stream of events is one piece. */
	if (!reply->streamed) {
		reply->says = reply->tokens;
		reply_mark(reply);
	}
	stage_headers(deed, reply);
	stage_delivery(deed, reply);
	if (api->text.room > (size_t)1 << 20)
		buf_clear(&api->text);
}

void *
api_sink(void *ctx, const struct http_request *request)
{
	struct api *api = ctx;

	return files_sink(api->control.files, request);
}

void
api_ended(void *ctx, const struct reply *reply, enum reply_how how)
{
	struct api *api = ctx;

	books_end(api->control.books, reply, how);
	calls_end(api->control.calls, reply, how);
	records_end(api->control.records, &reply->ticket, how);
}
