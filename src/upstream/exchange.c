/* HTTP exchanges over libcurl's multi interface. */
#include "upstream/exchange.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "upstream/loop.h"
#include "upstream/proxy.h"
#include "upstream/trust.h"

#define TICK_MS 100

/* One exchange that runs. */
struct transfer {
	struct upstream *up;
	int lane;
	CURL *easy; /* lane 0 keeps its own; others have one while they run */
	const struct exchange_proxy *proxy; /* NULL: none */
	struct curl_slist *headers;
	bool running, head_given;
	char why[CURL_ERROR_SIZE];
};

struct upstream {
	struct loop loop;
	struct proxy_links links;
	char *user_agent;
	struct transfer transfers[EXCHANGE_LANES];
	/* the run */
	const struct exchange_many_sink *sink;
	int running; /* transfers that have not ended */
	bool stopped;
};

bool
upstream_global_init(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return false;
	trust_init();
	return true;
}

bool
upstream_trust(const char *file)
{
	return trust_file(file);
}

struct upstream *
upstream_new(const char *user_agent)
{
	struct upstream *up = calloc(1, sizeof(*up));
	if (up == NULL)
		abort();
	up->transfers[0].easy = curl_easy_init();
	up->user_agent = strdup(user_agent);
	if (up->transfers[0].easy == NULL || up->user_agent == NULL)
		abort();
	loop_init(&up->loop);
	return up;
}

void
upstream_free(struct upstream *up)
{
	if (up == NULL)
		return;
	curl_easy_cleanup(up->transfers[0].easy);
	loop_clear(&up->loop);
	proxy_forget(&up->links);
	free(up->user_agent);
	free(up);
}

void
upstream_forget_proxies(struct upstream *up)
{
	proxy_forget(&up->links);
}

/* --- what libcurl tells -------------------------------------------------- */

/* Longer names than this are nobody's. */
#define MAX_NAME 80

/* The fields of the final answer, not those of a proxy or of an interim one. */
static void
give_headers(struct transfer *t)
{
	const struct exchange_many_sink *sink = t->up->sink;
	struct curl_header *h = NULL;
	char name[MAX_NAME];
	if (sink->header == NULL)
		return;
	while (
	    (h = curl_easy_nextheader(t->easy, CURLH_HEADER, -1, h)) != NULL) {
		size_t len = strlen(h->name);
		if (len >= sizeof(name))
			continue;
		for (size_t i = 0; i <= len; i++)
			name[i] = (char)tolower((unsigned char)h->name[i]);
		sink->header(sink->ctx, t->lane, name, h->value);
	}
}

/* Status and type are given once, before the first byte of the body. */
static bool
give_head(struct transfer *t)
{
	struct upstream *up = t->up;
	if (t->head_given || up->stopped)
		return !up->stopped;
	t->head_given = true;

	long status = 0;
	char *type = NULL;
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(t->easy, CURLINFO_CONTENT_TYPE, &type);
	give_headers(t);
	up->stopped = !up->sink->head(
	    up->sink->ctx, t->lane, (int)status, type == NULL ? "" : type);
	return !up->stopped;
}

static size_t
on_body(char *bytes, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	struct upstream *up = t->up;
	if (proxy_refuses(t->easy, t->proxy) || !give_head(t))
		return 0;
	up->stopped = !up->sink->body(up->sink->ctx, t->lane, bytes, size * n);
	return up->stopped ? 0 : n;
}

static size_t
on_read(char *bytes, size_t size, size_t n, void *ctx)
{
	const struct exchange_request *request = ctx;
	long got = request->read(request->read_ctx, bytes, size * n);
	return got < 0 ? CURL_READFUNC_ABORT : (size_t)got;
}

/* --- one transfer -------------------------------------------------------- */

/* Does a later field have the same name? */
static bool
is_overridden(const struct exchange_request *request, size_t i)
{
	for (size_t k = i + 1; k < request->n_headers; k++)
		if (text_same(
			request->headers[k].name, request->headers[i].name))
			return true;
	return false;
}

static struct curl_slist *
make_headers(const struct exchange_request *request)
{
	struct buf line;
	struct curl_slist *list = NULL;
	buf_init(&line, BUF_SMALL);
	for (size_t i = 0; i < request->n_headers; i++) {
		if (is_overridden(request, i))
			continue;
		buf_reset(&line);
		buf_fmt(&line, "%s: %s", request->headers[i].name,
		    request->headers[i].value);
		struct curl_slist *more =
		    curl_slist_append(list, buf_cstr(&line));
		if (more == NULL)
			abort();
		list = more;
	}
	buf_clear(&line);

	/* libcurl would wait for a 100 before it sends a large body. */
	struct curl_slist *last = curl_slist_append(list, "Expect:");
	if (last == NULL)
		abort();
	return last;
}

/*
 * A connection that was open may turn out to be dead with the first bytes,
 * and a body that is read once cannot be sent again: it gets a new one.
 */
static void
prepare_body(CURL *e, const struct exchange_request *request)
{
	if (request->read != NULL) {
		curl_easy_setopt(e, CURLOPT_UPLOAD, 1L);
		curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L);
		curl_easy_setopt(e, CURLOPT_READFUNCTION, on_read);
		curl_easy_setopt(e, CURLOPT_READDATA, request);
		curl_easy_setopt(e, CURLOPT_INFILESIZE_LARGE,
		    (curl_off_t)request->read_size);
	} else if (request->body != NULL) {
		curl_easy_setopt(e, CURLOPT_POSTFIELDS, request->body);
		curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)request->body_len);
	}
}

static void
prepare(struct transfer *t, const struct exchange_request *request)
{
	CURL *e = t->easy;
	curl_easy_reset(e);
	curl_easy_setopt(e, CURLOPT_URL, request->url);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->headers);
	curl_easy_setopt(e, CURLOPT_USERAGENT, t->up->user_agent);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, request->connect_ms);
	curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->why);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(e, CURLOPT_PRIVATE, t);
	trust_apply(e);
	proxy_apply(&t->up->links, e, t->proxy);
	prepare_body(e, request);
	if (request->fresh)
		curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, request->method);
}

/* Did it fail before anything of the request was sent? */
static bool
never_sent(CURL *easy, CURLcode code)
{
	curl_off_t pretransfer = 0;
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_CONNECT:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return true;
	default:
		curl_easy_getinfo(
		    easy, CURLINFO_PRETRANSFER_TIME_T, &pretransfer);
		return pretransfer == 0;
	}
}

/* What the end is to be called. */
static enum exchange_end
end_of(const struct transfer *t, CURLcode code)
{
	if (proxy_refuses(t->easy, t->proxy))
		return EXCHANGE_PROXY;
	if (code == CURLE_OK)
		return EXCHANGE_DONE;
	if (!never_sent(t->easy, code))
		return EXCHANGE_CUT;
	return proxy_failed(t->easy, t->proxy, code) ? EXCHANGE_PROXY
						     : EXCHANGE_UNREACHABLE;
}

/* Take it off libcurl's hands, whatever state it is in. */
static void
withdraw(struct transfer *t)
{
	if (!t->running)
		return;
	t->running = false;
	t->up->running--;
	curl_multi_remove_handle(t->up->loop.multi, t->easy);
}

/* It has come to its end: tell the sink. */
static void
conclude(struct transfer *t, CURLcode code)
{
	struct upstream *up = t->up;
	enum exchange_end end = end_of(t, code);
	/* An answer without a body has a head all the same. */
	if (end == EXCHANGE_DONE && !give_head(t))
		return;

	const char *why = end == EXCHANGE_DONE ? ""
	    : proxy_refuses(t->easy, t->proxy) ? PROXY_REFUSES
	    : t->why[0] != '\0'                ? t->why
					       : curl_easy_strerror(code);
	withdraw(t);
	up->stopped = !up->sink->ended(up->sink->ctx, t->lane, end, why);
}

static void
start(struct upstream *up, int lane, const struct exchange_request *request)
{
	struct transfer *t = &up->transfers[lane];
	if (t->easy == NULL)
		t->easy = curl_easy_init();
	if (t->easy == NULL)
		abort();
	t->up = up;
	t->lane = lane;
	t->proxy = request->proxy;
	t->headers = make_headers(request);
	t->head_given = false;
	t->why[0] = '\0';
	prepare(t, request);
	t->running = curl_multi_add_handle(up->loop.multi, t->easy) == CURLM_OK;
	up->running += t->running;
	if (!t->running)
		conclude(t, CURLE_FAILED_INIT);
}

static void
clean_up(struct transfer *t)
{
	if (t->easy == NULL)
		return;
	withdraw(t);
	curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, NULL);
	curl_easy_setopt(t->easy, CURLOPT_SHARE, NULL);
	curl_slist_free_all(t->headers);
	t->headers = NULL;
	if (t->lane > 0) {
		curl_easy_cleanup(t->easy);
		t->easy = NULL;
	}
}

/* --- running them -------------------------------------------------------- */

/* Conclude the transfers that libcurl is done with. */
static void
reap(struct upstream *up)
{
	CURLMsg *msg;
	int left;
	while (!up->stopped &&
	    (msg = curl_multi_info_read(up->loop.multi, &left)) != NULL) {
		struct transfer *t = NULL;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &t);
		if (msg->msg == CURLMSG_DONE)
			conclude(t, msg->data.result);
	}
}

/* Drive the transfers until they have ended or the sink has had enough. */
static void
drive(struct upstream *up, int watch_fd)
{
	int64_t next_tick = clock_mono_ms() + TICK_MS;
	for (;;) {
		loop_act(&up->loop);
		reap(up);
		if (up->stopped || up->running == 0)
			return;

		bool heard = loop_wait(&up->loop, watch_fd, next_tick);
		if (!heard && clock_mono_ms() < next_tick)
			continue;
		next_tick = clock_mono_ms() + TICK_MS;
		up->stopped = !up->sink->tick(up->sink->ctx);
		if (up->stopped)
			return;
		/* It has spoken and that was no farewell: it would be
		 * readable for ever. */
		if (heard)
			watch_fd = -1;
	}
}

bool
upstream_run_many(struct upstream *up, const struct exchange_request *requests,
    int n, const struct exchange_many_sink *sink)
{
	up->sink = sink;
	up->stopped = false;
	up->running = 0;
	for (int i = 0; i < n && !up->stopped; i++)
		start(up, i, &requests[i]);
	if (up->running > 0 && !up->stopped)
		drive(up, requests[0].watch_fd);
	for (int i = 0; i < n; i++)
		clean_up(&up->transfers[i]);
	return !up->stopped;
}
