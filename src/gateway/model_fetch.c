/* GET models and models/{m} upstream. */
#include "gateway/model_fetch.h"

#include "base/json.h"
#include "gateway/events.h"

#define EVENT_MAX ((size_t)16 * 1024 * 1024)

/* Gemini has some dozens: a list that does not end ends here. */
#define MODELS_MAX 10000

struct run {
	struct model_fetch *fetch;
	struct buf path;
	struct buf next; /* page token of the next page */
	struct events events;
	struct json_object *found; /* an array */
	int64_t key_id;
	struct usage usage; /* there is none */
};

/* --- the task ------------------------------------------------------------ */

static void
settings_changed(void *ctx)
{
	const struct model_fetch *fetch = ((struct run *)ctx)->fetch;
	fetch->settings_changed(fetch->ctx);
}

static void
leased(void *ctx, const struct lease *lease)
{
	struct run *r = ctx;
	r->key_id = lease->key_id;
}

static bool
on_event(void *ctx, struct json_object *event)
{
	struct run *r = ctx;
	struct json_object *list = json_get(event, "models");
	const char *next = json_get_text(event, "nextPageToken");
	for (size_t i = 0; i < json_count(list); i++)
		json_object_array_add(
		    r->found, json_object_get(json_at(list, i)));
	if (r->fetch->name != NULL && json_get_text(event, "name") != NULL)
		json_object_array_add(r->found, json_object_get(event));
	buf_reset(&r->next);
	if (next != NULL)
		buf_str(&r->next, next);
	return true;
}

static enum feed
feed(void *ctx, int lane, const char *bytes, size_t len, struct buf *out,
    struct buf *refusal)
{
	struct run *r = ctx;
	(void)lane;
	(void)out;
	return events_feed(&r->events, bytes, len, refusal);
}

/* Ask for the first page, or for the one that the last page names. */
static void
set_path(struct run *r)
{
	buf_reset(&r->path);
	if (r->fetch->name != NULL)
		buf_fmt(&r->path, "/models/%s", r->fetch->name);
	else
		buf_str(&r->path, "/models?pageSize=1000");
	if (r->next.len > 0)
		buf_str(&r->path, "&pageToken=");
	for (size_t i = 0; i < r->next.len; i++)
		buf_fmt(&r->path, "%%%02X", (unsigned char)r->next.data[i]);
	r->fetch->live.path = buf_cstr(&r->path);
	buf_reset(&r->next);
}

static struct closing
close_answer(void *ctx, int lane, bool last, struct buf *out)
{
	struct run *r = ctx;
	(void)lane;
	(void)last;
	const struct model_fetch *fetch = r->fetch;
	struct closing closing = {
	    .end = ATTEMPT_ANSWERED, .outcome = OUTCOME_COMPLETE};
	if (r->events.n == 0 ||
	    (fetch->name != NULL && json_count(r->found) == 0)) {
		closing.end = ATTEMPT_GARBLED;
	} else if (r->next.len > 0 && fetch->name == NULL &&
	    json_count(r->found) < MODELS_MAX) {
		closing.again = true;
		set_path(r);
		events_restart(&r->events);
	} else {
		fetch->answer(fetch->ctx, r->found, r->key_id, out);
	}
	return closing;
}

static void
restart(void *ctx)
{
	struct run *r = ctx;
	events_restart(&r->events);
	buf_reset(&r->next);
	set_path(r);
	json_object_put(r->found);
	r->found = json_object_new_array();
}

static bool
rescue(void *ctx, const struct api_error *error, struct buf *out)
{
	const struct model_fetch *fetch = ((struct run *)ctx)->fetch;
	return fetch->rescue(fetch->ctx, error, out);
}

static const struct usage *
usage(void *ctx)
{
	struct run *r = ctx;
	return &r->usage;
}

/* --- the run ------------------------------------------------------------- */

void
model_fetch_run(struct model_fetch *fetch)
{
	struct run r = {.fetch = fetch, .found = json_object_new_array()};
	const struct relay_task task = {
	    .ctx = &r,
	    .dialect = fetch->live.dialect,
	    .leased = leased,
	    .feed = feed,
	    .close = close_answer,
	    .restart = restart,
	    .rescue = rescue,
	    .usage = usage,
	};
	buf_init(&r.path, BUF_SMALL);
	buf_init(&r.next, BUF_SMALL);
	events_init(&r.events, EVENT_MAX, on_event, &r);
	set_path(&r);
	fetch->live.method = "GET";
	fetch->live.settings_changed = settings_changed;
	live_run(&fetch->live, &task, false);
	events_clear(&r.events);
	json_object_put(r.found);
	buf_clear(&r.path);
	buf_clear(&r.next);
}
