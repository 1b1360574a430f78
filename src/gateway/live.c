/* The relay's ports over database, libcurl and FastCGI. */
#include "gateway/live.h"

#include <json-c/json.h>
#include <poll.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/waits.h"
#include "gateway/body_record.h"
#include "gateway/live_parts.h"
#include "gateway/respond.h"
#include "gateway/service.h"
#include "store/db.h"
#include "store/owed.h"
#include "store/when_free.h"
#include "web/call.h"

static int64_t
mono_ms(void *ctx)
{
	(void)ctx;
	return clock_mono_ms();
}

static int64_t
wall_ms(void *ctx)
{
	(void)ctx;
	return clock_wall_ms();
}

static int
chance(void *ctx)
{
	uint8_t byte;
	(void)ctx;
	crypt_random(&byte, 1);
	return byte * 100 / 256;
}

/* --- the pool ------------------------------------------------------------ */

/* What the account and the next call are to know of an answer. */
static void
note_lease(struct live *live, const struct lease *lease)
{
	live->facts.owner = lease->owner;
	rate_note(live->service, lease->counted, &lease->rates);
	if (lease->answer == LEASE_GIVEN)
		live_charge(live, lease, 1, false);
	live->waits_ms = clock_mono_ms();
}

/* The request may wait for a key so long, and as long as it has time. */
static void
limit_patience(struct live *live, int64_t ms)
{
	int64_t left =
	    live->started_ms + live->policy.total_ms - clock_mono_ms();
	if (ms > left)
		ms = left;
	live->facts.max_wait_ms = ms < 0 ? 0 : ms;
}

static void
set_patience(struct live *live)
{
	limit_patience(live,
	    1000 *
		settings_int(
		    live->service->settings, SETTING_ID_MAX_WAIT_SECONDS));
}

static void
begin(void *ctx, struct lease *lease)
{
	struct live *live = ctx;
	struct service *s = live->service;

	if (response_cache_lease(live, lease))
		return;

	/* An account that did not reach the database goes before the lease,
	 * which tells of the request, is used again. Without a connection
	 * there is nothing to wait for a second time. */
	if (!owed_settle(s->db) && *db_state(s->db) == '\0') {
		*lease = (struct lease){.answer = LEASE_NO_DATABASE};
		return;
	}
	live_lease(live, lease);
	note_lease(live, lease);
	if (lease->answer == LEASE_NO_DATABASE ||
	    !service_refresh(s, lease->settings_version))
		return;
	if (live->settings_changed != NULL)
		live->settings_changed(live->task->ctx);
	live_set_policy(live);

	/* What is in the cache, by the new ones, needs no key after all. */
	response_cache_ask(live);
	if (live->cache.hit) {
		lease_clear(lease);
		response_cache_lease(live, lease);
		return;
	}

	/* They may have other pools serve it. */
	if (live_choose_pools(live)) {
		lease_clear(lease);
		live_lease(live, lease);
		note_lease(live, lease);
	}

	/* The lease went by the patience of the old settings. */
	set_patience(live);
	if (lease->answer == LEASE_RESTING &&
	    lease->wait_ms <= live->facts.max_wait_ms) {
		lease->answer = LEASE_WAIT;
		lease->wait_ms = 10;
	}
}

static void
retry(void *ctx, struct json_object *verdict, const int64_t *tried, int n_tried,
    struct lease *lease)
{
	struct live *live = ctx;
	struct service *s = live->service;
	/* What was kept is not understood any more: then as if it were not. */
	if (live->cache.hit) {
		live->cache.hit = false;
		lease_clear(lease);
		begin(ctx, lease);
		return;
	}
	limit_patience(live, live->facts.max_wait_ms);
	requests_retry(
	    s->db, &s->master, &live->facts, verdict, tried, n_tried, lease);
	note_lease(live, lease);
}

/* The next part has the size that the task says. */
static void
next(void *ctx, struct json_object *verdict, struct lease *lease)
{
	struct live *live = ctx;
	live_charges_settle(live);
	live->facts.tokens = live->policy.prompt_tokens = live->tokens;
	set_patience(live);
	retry(ctx, verdict, NULL, 0, lease);
}

/* What it has waited by now it may not wait again. */
static void
wait_again(void *ctx, struct lease *lease)
{
	struct live *live = ctx;
	struct service *s = live->service;
	limit_patience(
	    live, live->facts.max_wait_ms - (clock_mono_ms() - live->waits_ms));
	requests_wait(s->db, &s->master, &live->facts, lease);
	note_lease(live, lease);
}

static void
leave_line(void *ctx)
{
	struct live *live = ctx;
	/* If it does not get there, others do not wait for long. */
	if (!requests_leave_line(live->service->db, &live->facts))
		log_request(LOG_WARNING, live->service->request_id,
		    "could not leave the line");
}

static int
lease_more(
    void *ctx, const int64_t *tried, int n_tried, struct lease *leases, int n)
{
	struct live *live = ctx;
	struct service *s = live->service;
	int given = requests_lease_more(
	    s->db, &s->master, &live->facts, tried, n_tried, leases, n);
	live_charge(live, leases, given, true);
	return given;
}

static bool
when_free(void *ctx, struct json_object *verdict, struct lease *lease)
{
	struct live *live = ctx;
	return when_free_ask(live->service->db, &live->facts, verdict, lease);
}

/* What is given once more from the cache is none. */
static void
attempt(void *ctx, int n)
{
	struct live *live = ctx;
	live->service->attempts = live->cache.hit ? 0 : n;
}

static void
send(void *ctx, const struct lease *const *keys, int n,
    const struct exchange_many_sink *sink)
{
	response_cache_send(ctx, keys, n, sink);
}

/* --- the client ---------------------------------------------------------- */

static bool
gone(void *ctx)
{
	struct live *live = ctx;
	return web_gone(live->service->call);
}

static bool
stopped(void *ctx)
{
	(void)ctx;
	return web_is_cut_off();
}

/* Wait, but not for a client that has left. */
static void
wait_a_while(void *ctx, int ms)
{
	struct live *live = ctx;
	int64_t begun = waits_begin();
	int64_t end = clock_mono_ms() + ms;
	int64_t left;
	while ((left = end - clock_mono_ms()) > 0 && !gone(ctx)) {
		struct pollfd p = {
		    web_watch_fd(live->service->call), POLLIN, 0};
		poll(&p, 1, left > 100 ? 100 : (int)left);
	}
	waits_end(WAITS_PAUSE, begun);
}

static void
commit(void *ctx, bool whole, size_t len)
{
	struct live *live = ctx;
	struct web_call *call = live->service->call;
	char size[24];
	respond_start(live->service, 200, live->content_type);
	if (live->adjusted != NULL && *live->adjusted != '\0')
		respond_tell(
		    live->service, "x-keywheel-adjusted", live->adjusted);
	respond_stale(live->service, live->stale_s);
	response_cache_tell(live);
	for (size_t i = 0; i < live->n_answer_headers; i++)
		web_add_header(call, live->answer_headers[i].name,
		    live->answer_headers[i].value);
	if (whole) {
		snprintf(size, sizeof(size), "%zu", len);
		web_add_header(call, "Content-Length", size);
	} else {
		web_add_header(call, "Cache-Control", "no-cache");
		web_add_header(call, "X-Accel-Buffering", "no");
	}
	web_end_headers(call);
}

static bool
write_client(void *ctx, const char *bytes, size_t len)
{
	struct live *live = ctx;
	bool ok = web_write(live->service->call, bytes, len);
	/* A whole answer goes out with its end, in as few pieces as it can. */
	return live->task->streamed ? web_flush(live->service->call) : ok;
}

static void
refuse(void *ctx, const struct api_error *error)
{
	struct live *live = ctx;
	struct api_error named = *error;
	bool of_prompt = error->fault == FAULT_PROMPT_TOO_LONG ||
	    error->fault == FAULT_PROMPT_BLOCKED;
	/* An answer is read only by who could send. */
	if (live->read != NULL)
		web_drain(live->service->call);
	if (of_prompt && error->param == NULL)
		named.param = (char *)(uintptr_t)live->prompt_field;
	respond_error(live->service, live->dialect, &named);
}

static void
break_off(void *ctx)
{
	struct live *live = ctx;
	web_break(live->service->call);
}

static void
finish(void *ctx)
{
	struct live *live = ctx;
	web_finish(live->service->call);
}

/* --- the account --------------------------------------------------------- */

static void
end(void *ctx, const struct account *account, enum outcome outcome)
{
	struct live *live = ctx;
	struct service *s = live->service;
	struct account whole = *account;
	if (response_cache_end(live, account, outcome))
		return;
	struct buf body;
	buf_init(&body, BUF_LARGE);
	live_add_own(s, &whole);
	whole.charged = live_charged(live, account);
	body_record_end(s, outcome, live->body, live->body_len, &body, &whole);
	live_log(s, &live->facts, &whole, outcome);
	bool kept = requests_end(s->db, &live->facts, &whole);
	json_object_put(whole.charged);
	buf_clear(&body);
	if (!kept)
		log_request(
		    LOG_ERROR, s->request_id, "could not be accounted for");
}

static const struct relay_ports ports = {
    .mono_ms = mono_ms,
    .wall_ms = wall_ms,
    .chance = chance,
    .begin = begin,
    .retry = retry,
    .next = next,
    .wait = wait_again,
    .leave_line = leave_line,
    .lease_more = lease_more,
    .when_free = when_free,
    .attempt = attempt,
    .send = send,
    .gone = gone,
    .stopped = stopped,
    .pause = wait_a_while,
    .commit = commit,
    .write = write_client,
    .refuse = refuse,
    .break_off = break_off,
    .finish = finish,
    .end = end,
};

void
live_run(struct live *live, const struct relay_task *task, bool patient)
{
	struct relay_ports mine = ports;
	mine.ctx = live;
	live->task = task;
	live->patient = patient;
	live->started_ms = clock_mono_ms();
	live_set_facts(&live->facts, live->service, live->route, live->model,
	    task->streamed);
	live_choose_pools(live);
	live_set_policy(live);
	live->facts.token = live->upload == NULL ? live->token : NULL;
	live->facts.recall = live->recall;
	live->facts.resources = live->resources;
	live->facts.sticky = live->sticky;
	live->facts.upload = live->upload;
	live->facts.unnamed = live->unnamed;
	live->facts.tokens = live->tokens;
	live->policy.prompt_tokens = live->facts.tokens;
	set_patience(live);
	live->charges = (struct live_charges){0};
	/* A lease is lost when even a slow end cannot come any more. */
	live->facts.ttl_ms = live->policy.total_ms + 60000;
	response_cache_ask(live);
	relay_run(&mine, task, &live->policy);
	response_cache_clear(live);
}
