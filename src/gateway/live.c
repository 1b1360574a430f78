/* The relay's ports over database, libcurl and FastCGI. */
#include "gateway/live.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "gateway/respond.h"
#include "gateway/service.h"
#include "web/call.h"

#define MB ((size_t)1024 * 1024)

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

/* The client's own deadline, where its SDK tells it (contract 7.2). */
static int64_t
client_deadline_ms(struct service *s, int64_t ours)
{
	static const char *const names[] = {
	    "x-stainless-timeout", "x-server-timeout"};
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const char *value = web_header(s->call, names[i]);
		int64_t seconds;
		if (value != NULL && text_to_int(value, 1, 86400, &seconds) &&
		    seconds * 1000 < ours)
			ours = seconds * 1000;
	}
	return ours;
}

static void
set_policy(struct live *live)
{
	struct service *s = live->service;
	const struct settings *set = s->settings;
	struct relay_policy *p = &live->policy;

	p->max_retries = (int)settings_int(set, SETTING_ID_MAX_RETRIES);
	p->max_failures = (int)settings_int(set, SETTING_ID_MAX_FAILURES);
	p->total_ms = client_deadline_ms(
	    s, settings_int(set, SETTING_ID_TIME_OUT) * 1000);
	if (live->limit_ms > 0 && live->limit_ms < p->total_ms)
		p->total_ms = live->limit_ms;
	p->first_byte_ms = live->patient || live->fake_stream
	    ? p->total_ms
	    : settings_int(set, SETTING_ID_FIRST_BYTE_TIMEOUT) * 1000;
	p->idle_ms = settings_int(set, SETTING_ID_IDLE_TIMEOUT) * 1000;
	p->heartbeat_ms =
	    settings_int(set,
		live->fake_stream
		    ? SETTING_ID_FAKE_STREAM_EMPTY_DATA_INTERVAL_SECONDS
		    : SETTING_ID_HEARTBEAT_AFTER) *
	    1000;
	p->retry_after_max_s =
	    (int)settings_int(set, SETTING_ID_RETRY_AFTER_MAX);
	p->max_answer =
	    (size_t)settings_int(set, SETTING_ID_MAX_ANSWER_MB) * MB;
}

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
		set_policy(live);
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

/* --- Gemini -------------------------------------------------------------- */

#define MAX_HEADERS 32

/* All headers for Gemini with this key; CUSTOM_HEADERS come last. */
static size_t
write_headers(const struct live *live, const struct lease *key,
    struct exchange_header *headers)
{
	size_t n = 0;
	headers[n++] = (struct exchange_header){"x-goog-api-key", key->secret};
	if (live->body != NULL)
		headers[n++] = (struct exchange_header){"Content-Type",
		    live->body_type ? live->body_type : "application/json"};

	struct json_object *custom =
	    settings_json(live->service->settings, SETTING_ID_CUSTOM_HEADERS);
	if (custom == NULL)
		return n;
	json_object_object_foreach(custom, name, value)
	{
		if (n < MAX_HEADERS)
			headers[n++] = (struct exchange_header){
			    name, json_object_get_string(value)};
	}
	return n;
}

/* The same request in each lane, but for the key. */
static void
send_upstream(void *ctx, const struct lease *const *keys, int n,
    const struct exchange_many_sink *sink)
{
	struct live *live = ctx;
	struct service *s = live->service;
	struct exchange_request requests[EXCHANGE_LANES];
	struct exchange_header headers[EXCHANGE_LANES][MAX_HEADERS];
	struct buf url;
	buf_init(&url, BUF_SMALL);
	buf_str(&url, settings_text(s->settings, SETTING_ID_BASE_URL));
	while (url.len > 0 && url.data[url.len - 1] == '/')
		url.data[--url.len] = '\0';
	buf_str(&url, live->path);

	for (int i = 0; i < n; i++)
		requests[i] = (struct exchange_request){
		    .method = live->method,
		    .url = buf_cstr(&url),
		    .headers = headers[i],
		    .n_headers = write_headers(live, keys[i], headers[i]),
		    .body = live->body,
		    .body_len = live->body_len,
		    .connect_ms = (long)settings_int(
				      s->settings, SETTING_ID_CONNECT_TIMEOUT) *
			1000,
		    .watch_fd = web_watch_fd(s->call),
		};
	upstream_run_many(s->upstream, requests, n, sink);
	buf_clear(&url);
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

/* One line a request. */
static void
log_request(const struct service *s, const struct request_facts *facts,
    const struct account *a, enum outcome outcome)
{
	log_line(outcome_level(outcome),
	    "request=%s route=%s model=%s token_id=%lld key_id=%lld outcome=%s "
	    "status=%d attempts=%d prompt=%lld answer=%lld thought=%lld "
	    "first_byte_ms=%lld total_ms=%lld%s%s",
	    s->request_id, facts->route, facts->model, (long long)a->token_id,
	    (long long)a->key_id, a->outcome, a->status, a->attempts,
	    (long long)a->prompt, (long long)a->answer, (long long)a->thought,
	    (long long)a->first_byte_ms, (long long)a->total_ms,
	    a->detail != NULL && *a->detail != '\0' ? " detail=" : "",
	    a->detail != NULL ? a->detail : "");
}

static void
end(void *ctx, const struct account *account, enum outcome outcome)
{
	struct live *live = ctx;
	struct service *s = live->service;
	log_request(s, &live->facts, account, outcome);
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
    .send = send_upstream,
    .gone = gone,
    .pause = wait_a_while,
    .commit = commit,
    .write = write_client,
    .refuse = refuse,
    .break_off = break_off,
    .finish = finish,
    .end = end,
};

static void
set_facts(struct request_facts *facts, struct service *s, const char *route,
    const char *model, bool streamed)
{
	*facts = (struct request_facts){
	    .responder = s->responder,
	    .id = s->request_id,
	    .pool = "gemini",
	    .model = model,
	    .route = route,
	    .streamed = streamed,
	};
}

void
live_run(struct live *live, const struct relay_task *task, bool patient)
{
	struct relay_ports mine = ports;
	mine.ctx = live;
	live->task = task;
	live->patient = patient;
	set_policy(live);
	set_facts(&live->facts, live->service, live->route, live->model,
	    task->streamed);
	live->facts.token = live->token;
	live->facts.recall = live->recall;
	/* A lease is lost when even a slow end cannot come any more. */
	live->facts.ttl_ms = live->policy.total_ms + 60000;
	relay_run(&mine, task, &live->policy);
}

/* The row of a request that had no lease. */
static void
account_for(struct service *s, const struct request_facts *facts,
    const struct account *account, enum outcome outcome)
{
	log_request(s, facts, account, outcome);
	if (!requests_end(s->db, facts, account))
		log_line(LOG_ERROR, "request=%s could not be accounted for",
		    s->request_id);
}

void
live_answered(
    struct service *s, const char *route, const char *model, int64_t token_id)
{
	struct request_facts facts;
	set_facts(&facts, s, route, model, false);
	int64_t total_ms = clock_mono_ms() - s->started_ms;
	const struct account account = {
	    .started_ms = s->wall_started_ms,
	    .token_id = token_id,
	    .outcome = outcome_name(OUTCOME_COMPLETE),
	    .status = 200,
	    .first_byte_ms = total_ms,
	    .total_ms = total_ms,
	};
	account_for(s, &facts, &account, OUTCOME_COMPLETE);
}

void
live_refused(struct service *s, const char *route, const char *model,
    bool streamed, int64_t token_id, enum api_dialect dialect,
    const struct api_error *error)
{
	struct request_facts facts;
	enum outcome outcome = outcome_of_fault(error->fault);
	set_facts(&facts, s, route, model, streamed);
	struct buf detail;
	buf_init(&detail, BUF_SMALL);
	if (error->message != NULL)
		text_redact(
		    &detail, error->message, text_cut(error->message, 400));
	struct account account = {
	    .started_ms = s->wall_started_ms,
	    .token_id = token_id,
	    .outcome = outcome_name(outcome),
	    .status = api_error_status(error, dialect),
	    .first_byte_ms = -1,
	    .total_ms = clock_mono_ms() - s->started_ms,
	    .detail = buf_cstr(&detail),
	};
	account_for(s, &facts, &account, outcome);
	buf_clear(&detail);
}
