/* Checking egress proxies. */
#include "gateway/egress_check.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/setting.h"
#include "base/text.h"
#include "base/url.h"
#include "gateway/direct.h"
#include "gateway/egress.h"
#include "store/proxies.h"
#include "upstream/exchange.h"

#define MAX_WHY 300

/* Some proxies that are checked side by side. */
struct round {
	const struct direct *way;
	int64_t started_ms;
	bool stopped;
	struct {
		bool failed; /* the proxy did, it says itself */
		int64_t answered_ms;
		char why[MAX_WHY + 1];
	} lanes[EXCHANGE_LANES];
};

static bool
on_head(void *ctx, int lane, int status, const char *content_type)
{
	struct round *r = ctx;
	(void)status;
	(void)content_type;
	r->lanes[lane].answered_ms = clock_mono_ms();
	return true;
}

static bool
on_body(void *ctx, int lane, const char *bytes, size_t len)
{
	(void)ctx, (void)lane, (void)bytes, (void)len;
	return true;
}

static bool
on_ended(void *ctx, int lane, enum exchange_end end, const char *why)
{
	struct round *r = ctx;
	r->lanes[lane].failed = end == EXCHANGE_PROXY;
	snprintf(r->lanes[lane].why, sizeof(r->lanes[lane].why), "%s", why);
	return true;
}

static bool
on_tick(void *ctx)
{
	struct round *r = ctx;
	const struct direct *way = r->way;
	r->stopped = way->stop != NULL && way->stop(way->ctx);
	return !r->stopped && clock_mono_ms() - r->started_ms < way->limit_ms;
}

/* The root of BASE_URL's host. */
static void
write_target(struct buf *out, const struct settings *settings)
{
	const char *base = settings_text(settings, SETTING_ID_BASE_URL);
	const char *rest = url_rest(base);
	buf_add(out, base, rest == NULL ? 0 : (size_t)(rest - base));
	buf_byte(out, '/');
}

/* What a lane has found out; works is null unless it is certain. */
static struct json_object *
make_check(const struct exchange_proxy *proxy, const struct round *r, int lane)
{
	struct json_object *o = json_object_new_object();
	int64_t answered = r->lanes[lane].answered_ms;
	bool works = answered > 0 && !r->lanes[lane].failed;
	json_set_text(o, "proxy", proxy->id);
	json_set_text(o, "name", proxy->url);
	if (works || r->lanes[lane].failed)
		json_set_bool(o, "works", works);
	else
		json_set_null(o, "works");
	if (works) {
		json_set_null(o, "error");
		json_set_int(o, "latency_ms", answered - r->started_ms);
		return o;
	}

	struct buf why;
	const char *said = r->lanes[lane].why;
	buf_init(&why, BUF_SMALL);
	text_redact(&why, said, text_cut(said, MAX_WHY));
	json_set_text(
	    o, "error", why.len > 0 ? buf_cstr(&why) : "no answer in time");
	json_set_null(o, "latency_ms");
	buf_clear(&why);
	return o;
}

/* The proxy that comes i after the next. */
static const struct exchange_proxy *
proxy_at(const struct egress_check *check, size_t i)
{
	return egress_proxy(
	    check->egress, (check->next + i) % egress_count(check->egress));
}

/* One round of n; false if it was stopped, and shows nothing. */
static bool
check_round(struct egress_check *check, int n)
{
	const struct direct *way = check->way;
	struct round r = {.way = way, .started_ms = clock_mono_ms()};
	struct exchange_request requests[EXCHANGE_LANES];
	const struct exchange_many_sink sink = {.ctx = &r,
	    .head = on_head,
	    .body = on_body,
	    .ended = on_ended,
	    .tick = on_tick};
	struct buf url;
	buf_init(&url, BUF_SMALL);
	write_target(&url, way->settings);
	for (int i = 0; i < n; i++)
		requests[i] = (struct exchange_request){
		    .method = "GET",
		    .url = buf_cstr(&url),
		    .proxy = proxy_at(check, (size_t)i),
		    .connect_ms = 1000 *
			(long)settings_int(
			    way->settings, SETTING_ID_CONNECT_TIMEOUT),
		    .watch_fd = -1,
		};
	upstream_run_many(way->upstream, requests, n, &sink);
	buf_clear(&url);
	if (r.stopped)
		return false;
	for (int i = 0; i < n; i++)
		json_object_array_add(check->checks,
		    make_check(proxy_at(check, (size_t)i), &r, i));
	check->next += (size_t)n;
	return true;
}

/* If one proxy brings an answer, the others that bring none are at fault. */
static void
settle_doubts(struct json_object *checks)
{
	bool some = false;
	for (size_t i = 0; i < json_count(checks); i++)
		some = some || json_get_bool(json_at(checks, i), "works");
	for (size_t i = 0; some && i < json_count(checks); i++)
		if (json_get(json_at(checks, i), "works") == NULL)
			json_set_bool(json_at(checks, i), "works", false);
}

/* --- the check ----------------------------------------------------------- */

void
egress_check_begin(struct egress_check *check, const struct egress *egress,
    const struct direct *way)
{
	uint32_t chance;
	crypt_random((uint8_t *)&chance, sizeof(chance));
	*check = (struct egress_check){
	    .egress = egress,
	    .way = way,
	    .checks = json_object_new_array(),
	    .next = chance,
	};
}

static size_t
left_of(const struct egress_check *check)
{
	return egress_count(check->egress) - json_count(check->checks);
}

bool
egress_check_some(struct egress_check *check)
{
	size_t left = left_of(check);
	if (left == 0)
		return false;
	return check_round(
	    check, left < EXCHANGE_LANES ? (int)left : EXCHANGE_LANES);
}

bool
egress_check_only(struct egress_check *check, size_t i)
{
	check->next = i;
	return check_round(check, 1);
}

bool
egress_check_end(struct egress_check *check)
{
	size_t left = left_of(check);
	settle_doubts(check->checks);
	for (size_t i = 0; i < left; i++) {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "proxy", proxy_at(check, i)->id);
		json_object_array_add(check->checks, o);
	}
	return proxies_put_checks(check->way->db, check->checks);
}

void
egress_check_clear(struct egress_check *check)
{
	json_object_put(check->checks);
}
