/* Exchanges by egress proxies. */
#include <stdio.h>
#include <string.h>

#include "gateway/egress.h"
#include "upstream/exchange.h"

/* What came of each lane's proxy, between the sink and libcurl. */
struct watch {
	const struct exchange_many_sink *sink;
	struct {
		size_t proxy;
		bool came;   /* a head: it got through */
		bool failed; /* the proxy did */
		char why[256];
	} lanes[EXCHANGE_LANES];
};

static bool
on_head(void *ctx, int lane, int status, const char *content_type)
{
	struct watch *w = ctx;
	w->lanes[lane].came = true;
	return w->sink->head(w->sink->ctx, lane, status, content_type);
}

static bool
on_body(void *ctx, int lane, const char *bytes, size_t len)
{
	const struct watch *w = ctx;
	return w->sink->body(w->sink->ctx, lane, bytes, len);
}

static bool
on_ended(void *ctx, int lane, enum exchange_end end, const char *why)
{
	struct watch *w = ctx;
	w->lanes[lane].failed = end == EXCHANGE_PROXY;
	snprintf(w->lanes[lane].why, sizeof(w->lanes[lane].why), "%s", why);
	return w->sink->ended(w->sink->ctx, lane, end, why);
}

static bool
on_tick(void *ctx)
{
	const struct watch *w = ctx;
	return w->sink->tick(w->sink->ctx);
}

/* No call goes out where it is not known by which proxies. */
static void
refuse(int n, const struct exchange_many_sink *sink)
{
	for (int i = 0; i < n; i++)
		if (!sink->ended(sink->ctx, i, EXCHANGE_PROXY,
			"the proxies are not known: PROXIES is not legal, or "
			"the settings could not be read"))
			return;
}

void
egress_run(const struct egress_way *way, const char *const *scopes,
    struct exchange_request *requests, int n,
    const struct exchange_many_sink *sink)
{
	struct egress *e = way->egress;
	struct watch w = {.sink = sink};
	const struct exchange_many_sink mine = {.ctx = &w,
	    .head = on_head,
	    .body = on_body,
	    .ended = on_ended,
	    .tick = on_tick};
	if (egress_is_direct(e)) {
		upstream_run_many(way->upstream, requests, n, sink);
		return;
	}
	if (egress_is_closed(e)) {
		refuse(n, sink);
		return;
	}

	for (int i = 0; i < n; i++) {
		w.lanes[i].proxy =
		    egress_choose(e, way->db, way->request, scopes[i]);
		requests[i].proxy = egress_proxy(e, w.lanes[i].proxy);
	}
	upstream_run_many(way->upstream, requests, n, &mine);
	for (int i = 0; i < n; i++) {
		if (w.lanes[i].failed)
			egress_failed(
			    e, way->db, w.lanes[i].proxy, w.lanes[i].why);
		else if (w.lanes[i].came)
			egress_works(e, way->db, w.lanes[i].proxy);
	}
}
