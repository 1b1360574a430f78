/* Exchanges by egress proxies. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "gateway/egress.h"
#include "pool/verdict.h"
#include "upstream/exchange.h"

#define MAX_WHY 256
#define MAX_WORDS 200 /* of Google's in that */

/* What came of each lane's proxy, between the sink and libcurl. */
struct watch {
	const struct exchange_many_sink *sink;
	struct {
		size_t proxy;
		int status;         /* 0: no head came through it */
		struct buf refusal; /* Google's */
		bool failed;        /* the proxy did … */
		bool unserved;      /* … for Google does not serve it */
		char why[MAX_WHY];
	} lanes[EXCHANGE_LANES];
};

static void
on_header(void *ctx, int lane, const char *name, const char *value)
{
	struct watch *w = ctx;
	if (w->sink->header != NULL)
		w->sink->header(w->sink->ctx, lane, name, value);
}

static bool
on_head(void *ctx, int lane, int status, const char *content_type)
{
	struct watch *w = ctx;
	w->lanes[lane].status = status;
	return w->sink->head(w->sink->ctx, lane, status, content_type);
}

static bool
on_body(void *ctx, int lane, const char *bytes, size_t len)
{
	struct watch *w = ctx;
	if (w->lanes[lane].status >= 400)
		buf_add(&w->lanes[lane].refusal, bytes, len);
	return w->sink->body(w->sink->ctx, lane, bytes, len);
}

/* Is it the address that was refused? Then why gets Google's words. */
static bool
is_unserved(int status, const struct buf *refusal, char why[MAX_WHY])
{
	if (status < 400 || !buf_ok(refusal))
		return false;
	struct error_body error;
	struct buf words;
	error_body_read(&error, refusal->data, refusal->len);
	const struct attempt_facts facts = {
	    .end = ATTEMPT_REFUSED, .status = status, .error = &error};
	bool unserved = verdict_of(&facts).unserved;
	buf_init(&words, BUF_SMALL);
	text_redact(&words, error.message, text_cut(error.message, MAX_WORDS));
	if (unserved)
		snprintf(why, MAX_WHY, "Google does not serve its address: %s",
		    buf_cstr(&words));
	buf_clear(&words);
	error_body_clear(&error);
	return unserved;
}

static bool
on_ended(void *ctx, int lane, enum exchange_end end, const char *why)
{
	struct watch *w = ctx;
	char *words = w->lanes[lane].why;
	snprintf(words, MAX_WHY, "%s", why);
	if (end == EXCHANGE_DONE &&
	    is_unserved(
		w->lanes[lane].status, &w->lanes[lane].refusal, words)) {
		w->lanes[lane].unserved = true;
		end = EXCHANGE_PROXY;
	}
	w->lanes[lane].failed = end == EXCHANGE_PROXY;
	return w->sink->ended(w->sink->ctx, lane, end, words);
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
	    .header = on_header,
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
		buf_init(&w.lanes[i].refusal, BUF_SMALL);
		w.lanes[i].proxy =
		    egress_choose(e, way->db, way->request, scopes[i]);
		requests[i].proxy = egress_proxy(e, w.lanes[i].proxy);
	}
	upstream_run_many(way->upstream, requests, n, &mine);
	for (int i = 0; i < n; i++) {
		if (w.lanes[i].failed)
			egress_failed(e, way->db, w.lanes[i].proxy,
			    w.lanes[i].why, w.lanes[i].unserved);
		else if (w.lanes[i].status > 0)
			egress_works(e, way->db, w.lanes[i].proxy);
		buf_clear(&w.lanes[i].refusal);
	}
}
