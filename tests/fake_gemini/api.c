/* The fake itself: finds out what is asked, and writes the answer. */
#include "api.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "answers.h"
#include "books.h"
#include "control.h"
#include "embed.h"
#include "errors.h"
#include "files.h"
#include "mem.h"
#include "models.h"
#include "openai.h"
#include "pictures.h"
#include "prompt.h"
#include "quota.h"
#include "records.h"
#include "resources.h"
#include "route.h"
#include "script.h"
#include "speech.h"
#include "stage.h"
#include "stream.h"

struct api {
	struct control control;
	const unsigned long long *connections;
	struct json_tokener *tokener;
	struct route route; /* of the request at hand */
	struct buf text;    /* of the answer at hand */
};

struct api *
api_new(bool quiet, const unsigned long long *connections)
{
	struct api *api = mem_alloc(sizeof(*api));

	api->control.script = script_new();
	api->control.books = books_new();
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

static void
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

static void
api_plain(
    struct reply *reply, int status, const char *message, const char *details)
{
	reply->status = status;
	reply->good = false;
	errors_plain(&reply->body, status, message, details, true);
}

/* A body that Google would not take. */
static void
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

/* The text and tokens of a generated answer. */
static void
api_compose(struct api *api, const struct deed *deed, struct span prompt,
    struct answer *answer)
{
	struct buf *text = &api->text;
	size_t least = 0;

	answer->model = buf_str(&api->route.model);
	answer->unfinished = deed->no_finish;
	answer->events = deed->text_events > 0 ? (size_t)deed->text_events : 3;
	if (deed->error_event_at > (long long)answer->events)
		answer->events = (size_t)deed->error_event_at;

	/* Many events need some text each. */
	buf_empty(text);
	if (deed->filler_bytes > 0)
		least = (size_t)deed->filler_bytes;
	if (deed->text_events > 0 && least < answer->events * 8)
		least = answer->events * 8;
	if (deed->text != NULL) {
		buf_text(text, deed->text);
		if (deed->filler_bytes > 0)
			answers_fill(text, (size_t)deed->filler_bytes);
	} else {
		answers_text(text, prompt, least);
	}
	answer->text = buf_span(text);
}

/* The same of models that draw. */
static void
api_draw(struct api *api, const struct deed *deed, const struct prompt *prompt,
    struct reply *reply)
{
	struct answer answer = {.number = reply->ticket.number};
	bool sse = api->route.kind == ROUTE_STREAM && api->route.sse;
	struct deed plain = *deed;

	plain.filler_bytes = -1;
	api_compose(api, &plain, prompt->text, &answer);
	answers_count(&answer, prompt->tokens);
	answer.tokens.answer += PICTURES_TOKENS;
	reply->good = !deed->no_finish;
	reply->tokens = answer.tokens;
	if (api->route.kind == ROUTE_STREAM) {
		reply->streamed = true;
		stream_type(sse, reply);
		buf_text(&reply->body, sse ? "data: " : "[");
	}
	pictures_event(&reply->body, &answer, prompt->root,
	    deed->filler_bytes > 0 ? (size_t)deed->filler_bytes : 0);
	if (api->route.kind == ROUTE_STREAM) {
		buf_text(&reply->body, sse ? "\r\n\r\n" : "]");
		reply_mark(reply);
	}
}

static void
api_predict(struct api *api, const struct deed *deed,
    const struct http_request *request, struct reply *reply)
{
	struct json_object *root;
	struct buf why = {0};

	json_tokener_reset(api->tokener);
	root = json_tokener_parse_ex(
	    api->tokener, request->body.at, (int)request->body.len);
	if (!pictures_predict(&reply->body, root,
		deed->filler_bytes > 0 ? (size_t)deed->filler_bytes : 0,
		reply->ticket.number, &why))
		api_plain(reply, 400, buf_str(&why), NULL);
	json_object_put(root);
	buf_clear(&why);
}

/* generateContent and streamGenerateContent. */
static void
api_generate(struct api *api, const struct deed *deed,
    const struct prompt *prompt, struct reply *reply)
{
	struct answer answer = {.number = reply->ticket.number};
	bool stream = api->route.kind == ROUTE_STREAM;

	if (deed->events == NULL && speech_model(buf_str(&api->route.model))) {
		speech_write(deed, &api->route, prompt, reply);
		return;
	}
	api_compose(api, deed, prompt->text, &answer);
	answers_count(&answer, prompt->tokens);
	reply->good = !deed->no_finish;
	reply->tokens = answer.tokens;
	if (deed->events != NULL) {
		reply->good = deed->finished && !deed->no_finish;
		reply->tokens = deed->tokens;
	}
	if (stream) {
		stream_write(deed, &api->route, &answer, reply);
	} else if (deed->events != NULL) {
		stream_first(deed, reply);
	} else {
		answers_unary(&reply->body, &answer);
	}
}

static uint64_t
api_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* What a refusal by quota, or for a dead key, says. */
static void
api_refusal(
    struct api *api, const struct quota_refusal *no, struct reply *reply)
{
	struct deed deed = deed_none;

	if (no->error == NULL && no->limit == 0)
		deed.error = "rate_zero";
	else
		deed.error = no->error;
	deed.project = no->number;
	if (deed.error != NULL) {
		api_error(api, &deed, deed.error, reply);
		return;
	}
	reply->status = 429;
	reply->good = false;
	quota_answer(no, buf_str(&api->route.model), &reply->body);
}

/* Only what generates counts. */
static bool
api_may_generate(
    struct api *api, const struct prompt *prompt, struct reply *reply)
{
	struct quota_refusal no;

	if (quota_call(api->control.quota, buf_str(&api->route.key),
		buf_str(&api->route.model), prompt->tokens, api_now(), &no))
		return true;
	api_refusal(api, &no, reply);
	return false;
}

/* The requests that carry a prompt. */
static void
api_prompt(struct api *api, const struct deed *deed,
    const struct http_request *request, struct reply *reply)
{
	struct prompt prompt;
	struct buf why = {0};

	if (!prompt_read(&prompt, api->tokener, request->body, &why) ||
	    (pictures_asked(prompt.root) &&
		!pictures_check(
		    prompt.root, buf_str(&api->route.model), &why))) {
		api_refuse(&why, reply);
	} else if (!resources_may_use(api->control.resources,
		       quota_project(
			   api->control.quota, buf_str(&api->route.key)),
		       prompt.root, reply) ||
	    !files_may_use(api->control.files,
		quota_project(api->control.quota, buf_str(&api->route.key)),
		prompt.root, reply)) {
		/* It has said so. */
	} else if (api->route.kind == ROUTE_COUNT) {
		answers_tokens(&reply->body, prompt.tokens);
	} else if (!speech_may(&prompt, buf_str(&api->route.model), &why)) {
		api_refuse(&why, reply);
	} else if (!api_may_generate(api, &prompt, reply)) {
		/* The reply says so. */
	} else if (pictures_asked(prompt.root) && deed->events == NULL &&
	    deed->text == NULL) {
		api_draw(api, deed, &prompt, reply);
	} else {
		api_generate(api, deed, &prompt, reply);
	}
	prompt_clear(&prompt);
	buf_clear(&why);
}

/* Each text of a batch counts as a request of its own. */
static void
api_embed(
    struct api *api, const struct http_request *request, struct reply *reply)
{
	struct buf why = {0};
	size_t n;

	if (!embed_write(api->route.kind == ROUTE_EMBED_BATCH,
		buf_str(&api->route.model), api->tokener, request->body,
		&reply->body, &n, &why)) {
		buf_empty(&reply->body);
		api_refuse(&why, reply);
	}
	for (size_t i = 0; reply->good && i < n; i++) {
		struct quota_refusal no;

		if (quota_call(api->control.quota, buf_str(&api->route.key),
			buf_str(&api->route.model), 1, api_now(), &no))
			continue;
		buf_empty(&reply->body);
		api_refusal(api, &no, reply);
	}
	buf_clear(&why);
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
		api_embed(api, request, reply);
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
	records_begin(api->control.records, request, &reply->ticket);
	reply_json(reply);
	reply->good = true;
	if (route->kind != ROUTE_NONE && route->kind != ROUTE_OPENAI &&
	    route->key.len == 0) {
		api_error(api, deed, "unregistered", reply);
	} else {
		if (route->kind != ROUTE_NONE)
			deed = script_match(api->control.script,
			    buf_str(&route->key), buf_str(&route->model),
			    buf_str(&route->method));
		if (!api_fixed(api, deed, reply))
			api_usual(api, deed, request, reply);
	}

	/* An answer that is not a stream of events is one piece. */
	if (!reply->streamed)
		reply_mark(reply);
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
	records_end(api->control.records, &reply->ticket, how);
}
