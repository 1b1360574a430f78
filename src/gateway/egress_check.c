/* Checking egress proxies. */
#include "gateway/egress_check.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/setting.h"
#include "base/text.h"
#include "base/url.h"
#include "gateway/egress.h"
#include "store/proxies.h"
#include "upstream/exchange.h"

#define LIMIT_MS 15000
#define MAX_WHY 300

/* Some proxies that are checked side by side. */
struct round {
	int64_t started_ms;
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
	const struct round *r = ctx;
	return clock_mono_ms() - r->started_ms < LIMIT_MS;
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
make_check(const struct egress *e, size_t i, const struct round *r, int lane)
{
	const struct exchange_proxy *proxy = egress_proxy(e, i);
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

static void
check_some(const struct egress *e, size_t first, int n, struct upstream *up,
    const struct settings *settings, struct json_object *checks)
{
	struct round r = {.started_ms = clock_mono_ms()};
	struct exchange_request requests[EXCHANGE_LANES];
	const struct exchange_many_sink sink = {.ctx = &r,
	    .head = on_head,
	    .body = on_body,
	    .ended = on_ended,
	    .tick = on_tick};
	struct buf url;
	buf_init(&url, BUF_SMALL);
	write_target(&url, settings);
	for (int i = 0; i < n; i++)
		requests[i] = (struct exchange_request){
		    .method = "GET",
		    .url = buf_cstr(&url),
		    .proxy = egress_proxy(e, first + (size_t)i),
		    .connect_ms = 1000 *
			(long)settings_int(
			    settings, SETTING_ID_CONNECT_TIMEOUT),
		    .watch_fd = -1,
		};
	upstream_run_many(up, requests, n, &sink);
	buf_clear(&url);
	for (int i = 0; i < n; i++)
		json_object_array_add(
		    checks, make_check(e, first + (size_t)i, &r, i));
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

struct json_object *
egress_check(const struct egress *e, struct db *db, struct upstream *up,
    const struct settings *settings)
{
	struct json_object *checks = json_object_new_array();
	size_t count = egress_count(e);
	for (size_t i = 0; i < count; i += EXCHANGE_LANES) {
		size_t left = count - i;
		check_some(e, i,
		    left < EXCHANGE_LANES ? (int)left : EXCHANGE_LANES, up,
		    settings, checks);
	}
	settle_doubts(checks);
	if (proxies_put_checks(db, checks))
		return checks;
	json_object_put(checks);
	return NULL;
}
