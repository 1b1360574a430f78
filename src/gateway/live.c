/* The relay's ports over database, libcurl and FastCGI. */
#include "gateway/live.h"

#include <poll.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "gateway/live_parts.h"
#include "gateway/respond.h"
#include "gateway/service.h"
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

static void
begin(void *ctx, struct lease *lease)
{
	struct live *live = ctx;
	struct service *s = live->service;

	/* The lease of a request whose account did not reach the database is
	 * all that is left of it: account for that before it is reused. */
	if (s->unreported)
		s->unreported = !requests_recover(s->db, s->responder);
	requests_begin(s->db, &s->master, &live->facts, lease);
	if (lease->answer == LEASE_NO_DATABASE)
		return;
	if (service_refresh(s, lease->settings_version)) {
		if (live->settings_changed != NULL)
			live->settings_changed(live->task->ctx);
		live_set_policy(live);
	}
}

static void
retry(void *ctx, struct json_object *verdict, const int64_t *tried, int n_tried,
    struct lease *lease)
{
	struct live *live = ctx;
	struct service *s = live->service;
	requests_retry(
	    s->db, &s->master, &live->facts, verdict, tried, n_tried, lease);
}

static int
lease_more(
    void *ctx, const int64_t *tried, int n_tried, struct lease *leases, int n)
{
	struct live *live = ctx;
	struct service *s = live->service;
	return requests_lease_more(
	    s->db, &s->master, &live->facts, tried, n_tried, leases, n);
}

/* --- the client ---------------------------------------------------------- */

static bool
gone(void *ctx)
{
	struct live *live = ctx;
	return web_gone(live->service->call);
}

/* Wait, but not for a client that has left. */
static void
wait_a_while(void *ctx, int ms)
{
	struct live *live = ctx;
	int64_t end = clock_mono_ms() + ms;
	int64_t left;
	while ((left = end - clock_mono_ms()) > 0 && !gone(ctx)) {
		struct pollfd p = {
		    web_watch_fd(live->service->call), POLLIN, 0};
		poll(&p, 1, left > 100 ? 100 : (int)left);
	}
}

static void
commit(void *ctx, bool whole, size_t len)
{
	struct live *live = ctx;
	struct web_call *call = live->service->call;
	char size[24];
	respond_start(live->service, 200, live->content_type);
	if (live->adjusted != NULL && *live->adjusted != '\0')
		web_add_header(call, "x-keywheel-adjusted", live->adjusted);
	respond_stale(live->service, live->stale_s);
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
	if (error->fault == FAULT_PROMPT_TOO_LONG && error->param == NULL)
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
	live_log(s, &live->facts, account, outcome);
	s->unreported = !requests_end(s->db, &live->facts, account);
	if (s->unreported)
		log_line(LOG_ERROR, "request=%s could not be accounted for",
		    s->request_id);
}

static const struct relay_ports ports = {
    .mono_ms = mono_ms,
    .wall_ms = wall_ms,
    .chance = chance,
    .begin = begin,
    .retry = retry,
    .lease_more = lease_more,
    .send = live_send,
    .gone = gone,
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
	live_set_facts(&live->facts, live->service, live->route, live->model,
	    task->streamed);
	live_set_policy(live);
	live->facts.token = live->token;
	live->facts.recall = live->recall;
	/* A lease is lost when even a slow end cannot come any more. */
	live->facts.ttl_ms = live->policy.total_ms + 60000;
	relay_run(&mine, task, &live->policy);
}
