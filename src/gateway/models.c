/* GET /v1/models and /v1/models/{id}: Gemini's list in OpenAI's form. */
#include <string.h>

#include "base/json.h"
#include "gateway/access.h"
#include "gateway/body.h"
#include "gateway/endpoint.h"
#include "gateway/events.h"
#include "gateway/live.h"
#include "gateway/service.h"
#include "protocol/model_name.h"

#define MB ((size_t)1024 * 1024)

struct models {
	struct service *service;
	struct live live;
	bool one; /* a single model was asked for */
	struct buf path;
	struct buf next; /* page token of the next page */
	struct events events;
	struct json_object *found; /* a list of OpenAI's model objects */
	struct usage usage;
};

/* What a client can use a model for through this gateway. */
static bool
is_usable(struct json_object *model)
{
	static const char *const wanted[] = {
	    "generateContent", "embedContent", "predict"};
	struct json_object *methods =
	    json_get(model, "supportedGenerationMethods");
	for (size_t i = 0; i < json_count(methods); i++) {
		const char *method =
		    json_object_get_string(json_at(methods, i));
		for (size_t w = 0; method && w < COUNT_OF(wanted); w++)
			if (strcmp(method, wanted[w]) == 0)
				return true;
	}
	return false;
}

static void
add_model(struct models *m, struct json_object *model)
{
	const char *name = json_get_text(model, "name");
	const char *id = name == NULL ? NULL : model_name_clean(name);
	if (id == NULL ||
	    settings_has(
		m->service->settings, SETTING_ID_FILTERED_MODELS, id) ||
	    (!m->one && !is_usable(model)))
		return;

	struct json_object *o = json_object_new_object();
	json_set_text(o, "id", id);
	json_set_text(o, "object", "model");
	json_set_int(o, "created", 0);
	json_set_text(o, "owned_by", "google");
	json_object_array_add(m->found, o);
}

/* --- the task ------------------------------------------------------------ */

static void
head(void *ctx, const char *content_type)
{
	(void)ctx;
	(void)content_type;
}

static bool
on_event(void *ctx, struct json_object *event)
{
	struct models *m = ctx;
	struct json_object *list = json_get(event, "models");
	const char *next = json_get_text(event, "nextPageToken");
	for (size_t i = 0; i < json_count(list); i++)
		add_model(m, json_at(list, i));
	if (m->one)
		add_model(m, event);
	buf_reset(&m->next);
	if (next != NULL)
		buf_str(&m->next, next);
	return true;
}

static enum feed
feed(void *ctx, int lane, const char *bytes, size_t len, struct buf *out,
    struct buf *refusal)
{
	struct models *m = ctx;
	(void)lane;
	(void)out;
	return events_feed(&m->events, bytes, len, refusal);
}

/* Ask for the page that the last one names. */
static void
turn_page(struct models *m)
{
	buf_reset(&m->path);
	buf_str(&m->path, "/models?pageSize=1000&pageToken=");
	for (size_t i = 0; i < m->next.len; i++)
		buf_fmt(&m->path, "%%%02X", (unsigned char)m->next.data[i]);
	m->live.path = buf_cstr(&m->path);
	buf_reset(&m->next);
	events_restart(&m->events);
}

static void
write_answer(struct models *m, struct buf *out)
{
	if (m->one) {
		json_write(out, json_at(m->found, 0));
	} else {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "object", "list");
		json_share(o, "data", m->found);
		json_write(out, o);
		json_object_put(o);
	}
	buf_byte(out, '\n');
}

static struct closing
close_answer(void *ctx, int lane, bool last, struct buf *out)
{
	struct models *m = ctx;
	(void)lane;
	(void)last;
	struct closing closing = {
	    .end = ATTEMPT_ANSWERED, .outcome = OUTCOME_COMPLETE};
	if (m->events.n == 0 || (m->one && json_count(m->found) == 0)) {
		closing.end = ATTEMPT_GARBLED;
	} else if (m->next.len > 0) {
		closing.again = true;
		turn_page(m);
	} else {
		write_answer(m, out);
	}
	return closing;
}

static void
restart(void *ctx)
{
	struct models *m = ctx;
	events_restart(&m->events);
	buf_reset(&m->next);
	json_object_put(m->found);
	m->found = json_object_new_array();
}

static bool
fail(void *ctx, const struct api_error *error, struct buf *out)
{
	(void)ctx;
	(void)error;
	(void)out;
	return false;
}

static const struct usage *
usage(void *ctx)
{
	struct models *m = ctx;
	return &m->usage;
}

/* --- the request --------------------------------------------------------- */

static void
run(struct models *m)
{
	const struct relay_task task = {
	    .ctx = m,
	    .head = head,
	    .feed = feed,
	    .close = close_answer,
	    .restart = restart,
	    .fail = fail,
	    .usage = usage,
	};
	m->live.path = buf_cstr(&m->path);
	m->found = json_object_new_array();
	events_init(&m->events, 16 * MB, on_event, m);
	live_run(&m->live, &task, false);
	events_clear(&m->events);
	json_object_put(m->found);
}

/* id: NULL for the list. */
static void
serve(struct service *s, const char *id)
{
	struct models m = {
	    .service = s,
	    .one = id != NULL,
	    .live = {.service = s,
		.dialect = DIALECT_OPENAI,
		.route = id != NULL ? "openai.model" : "openai.models",
		.method = "GET",
		.content_type = "application/json; charset=utf-8"},
	};
	struct api_error error = {0};
	const char *name = id == NULL ? NULL : model_name_clean(id);
	buf_init(&m.path, BUF_SMALL);
	buf_init(&m.next, BUF_SMALL);
	m.live.model = name == NULL ? "-" : name;

	bool ok = access_take(s, m.live.token, &error);
	if (ok && id != NULL && name == NULL)
		ok = api_error_set(&error, FAULT_MODEL_NOT_FOUND, "model",
		    "There is no model of that name.");
	if (ok) {
		if (name == NULL)
			buf_str(&m.path, "/models?pageSize=1000");
		else
			buf_fmt(&m.path, "/models/%s", name);
		run(&m);
	} else {
		body_refuse(s, m.live.route, m.live.model, m.live.token, 0,
		    DIALECT_OPENAI, &error);
	}
	api_error_clear(&error);
	buf_clear(&m.path);
	buf_clear(&m.next);
}

static void
serve_list(struct service *s, const struct route_match *match)
{
	(void)match;
	serve(s, NULL);
}

static void
serve_one(struct service *s, const struct route_match *match)
{
	serve(s, buf_cstr(&match->capture[0]));
}

const struct endpoint endpoint_models = {DIALECT_OPENAI, serve_list};
const struct endpoint endpoint_model = {DIALECT_OPENAI, serve_one};
