/* HTTP exchanges over libcurl's multi interface. */
#include "upstream/exchange.h"

#include <curl/curl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "upstream/trust.h"

#define TICK_MS 100

/* Sockets that libcurl wants watched: one, a few while it connects. */
#define MAX_SOCKETS 16

struct upstream {
	CURLM *multi;
	CURL *easy;
	char *user_agent;
	struct pollfd sockets[MAX_SOCKETS + 1]; /* one more for watch_fd */
	nfds_t n_sockets;
	int64_t timer_ms; /* when libcurl wants to be called; -1: never */
	/* the exchange that runs */
	const struct exchange_sink *sink;
	bool head_given, stopped;
	char why[CURL_ERROR_SIZE];
};

bool
upstream_global_init(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return false;
	trust_init();
	return true;
}

/* libcurl says what to wait for on a socket. */
static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *socket_ctx)
{
	static const short events[] = {
	    [CURL_POLL_IN] = POLLIN,
	    [CURL_POLL_OUT] = POLLOUT,
	    [CURL_POLL_INOUT] = POLLIN | POLLOUT,
	};
	struct upstream *up = ctx;
	nfds_t i = 0;
	(void)easy;
	(void)socket_ctx;
	while (i < up->n_sockets && up->sockets[i].fd != fd)
		i++;
	if (what == CURL_POLL_REMOVE) {
		if (i < up->n_sockets)
			up->sockets[i] = up->sockets[--up->n_sockets];
	} else if (what >= CURL_POLL_IN && what <= CURL_POLL_INOUT &&
	    i < MAX_SOCKETS) {
		up->sockets[i] =
		    (struct pollfd){.fd = fd, .events = events[what]};
		if (i == up->n_sockets)
			up->n_sockets++;
	}
	return 0;
}

/* libcurl says when it wants to be called at the latest. */
static int
on_timer(CURLM *multi, long timeout_ms, void *ctx)
{
	struct upstream *up = ctx;
	(void)multi;
	up->timer_ms = timeout_ms < 0 ? -1 : clock_mono_ms() + timeout_ms;
	return 0;
}

struct upstream *
upstream_new(const char *user_agent)
{
	struct upstream *up = calloc(1, sizeof(*up));
	if (up == NULL)
		abort();
	up->multi = curl_multi_init();
	up->easy = curl_easy_init();
	up->user_agent = strdup(user_agent);
	if (up->multi == NULL || up->easy == NULL || up->user_agent == NULL)
		abort();
	up->timer_ms = -1;
	curl_multi_setopt(up->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(up->multi, CURLMOPT_SOCKETDATA, up);
	curl_multi_setopt(up->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(up->multi, CURLMOPT_TIMERDATA, up);
	return up;
}

void
upstream_free(struct upstream *up)
{
	if (up == NULL)
		return;
	curl_easy_cleanup(up->easy);
	curl_multi_cleanup(up->multi);
	free(up->user_agent);
	free(up);
}

/* Status and type are given once, before the first byte of the body. */
static bool
give_head(struct upstream *up)
{
	if (up->head_given)
		return !up->stopped;
	up->head_given = true;

	long status = 0;
	char *type = NULL;
	curl_easy_getinfo(up->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(up->easy, CURLINFO_CONTENT_TYPE, &type);
	up->stopped = !up->sink->head(
	    up->sink->ctx, (int)status, type == NULL ? "" : type);
	return !up->stopped;
}

static size_t
on_body(char *bytes, size_t size, size_t n, void *ctx)
{
	struct upstream *up = ctx;
	if (!give_head(up))
		return 0;
	up->stopped = !up->sink->body(up->sink->ctx, bytes, size * n);
	return up->stopped ? 0 : n;
}

static struct curl_slist *
make_headers(const struct exchange_request *request)
{
	struct buf line;
	struct curl_slist *list = NULL;
	buf_init(&line, BUF_SMALL);
	for (size_t i = 0; i < request->n_headers; i++) {
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

static void
prepare(struct upstream *up, const struct exchange_request *request,
    struct curl_slist *headers)
{
	CURL *e = up->easy;
	curl_easy_reset(e);
	curl_easy_setopt(e, CURLOPT_URL, request->url);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(e, CURLOPT_USERAGENT, up->user_agent);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, request->connect_ms);
	curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, up->why);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, up);
	trust_apply(e);
	if (request->body != NULL) {
		curl_easy_setopt(e, CURLOPT_POSTFIELDS, request->body);
		curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)request->body_len);
	}
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

/* Let libcurl go on where something has happened. */
static void
act(struct upstream *up)
{
	struct pollfd ready[MAX_SOCKETS];
	nfds_t n = up->n_sockets;
	int running;

	/* It changes the list while it works. */
	memcpy(ready, up->sockets, n * sizeof(ready[0]));
	for (nfds_t i = 0; i < n; i++) {
		short r = ready[i].revents;
		int bits = (r & (POLLIN | POLLHUP) ? CURL_CSELECT_IN : 0) |
		    (r & POLLOUT ? CURL_CSELECT_OUT : 0) |
		    (r & (POLLERR | POLLNVAL) ? CURL_CSELECT_ERR : 0);
		if (bits != 0)
			curl_multi_socket_action(
			    up->multi, ready[i].fd, bits, &running);
	}
	if (up->timer_ms >= 0 && clock_mono_ms() >= up->timer_ms) {
		up->timer_ms = -1;
		curl_multi_socket_action(
		    up->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
}

/* Wait for libcurl's sockets and watch_fd, until a time at the latest. True
 * if watch_fd has something to say. */
static bool
wait_for(struct upstream *up, int watch_fd, int64_t until_ms)
{
	nfds_t n = up->n_sockets;
	if (up->timer_ms >= 0 && up->timer_ms < until_ms)
		until_ms = up->timer_ms;
	int64_t wait = until_ms - clock_mono_ms();
	up->sockets[n] = (struct pollfd){.fd = watch_fd, .events = POLLIN};
	for (nfds_t i = 0; i < n; i++)
		up->sockets[i].revents = 0;
	if (poll(up->sockets, n + (watch_fd >= 0), wait < 0 ? 0 : (int)wait) <
	    0)
		return false;
	return watch_fd >= 0 && up->sockets[n].revents != 0;
}

/*
 * Drive the transfer until it ends or the sink has had enough. By libcurl's
 * socket interface with a poll of our own: curl_multi_poll() would look at
 * each socket twice more for every event of a stream.
 */
static CURLcode
drive(struct upstream *up, int watch_fd)
{
	int64_t next_tick = clock_mono_ms() + TICK_MS;
	for (;;) {
		act(up);
		int left;
		CURLMsg *msg = curl_multi_info_read(up->multi, &left);
		if (msg != NULL && msg->msg == CURLMSG_DONE)
			return msg->data.result;
		if (up->stopped)
			return CURLE_ABORTED_BY_CALLBACK;

		bool heard = wait_for(up, watch_fd, next_tick);
		if (!heard && clock_mono_ms() < next_tick)
			continue;
		next_tick = clock_mono_ms() + TICK_MS;
		up->stopped = !up->sink->tick(up->sink->ctx);
		if (up->stopped)
			return CURLE_ABORTED_BY_CALLBACK;
		/* It has spoken and that was no farewell: it would be
		 * readable for ever. */
		if (heard)
			watch_fd = -1;
	}
}

enum exchange_end
upstream_run(struct upstream *up, const struct exchange_request *request,
    const struct exchange_sink *sink, struct buf *why)
{
	struct curl_slist *headers = make_headers(request);
	up->sink = sink;
	up->head_given = up->stopped = false;
	up->why[0] = '\0';
	prepare(up, request, headers);

	CURLcode code = CURLE_FAILED_INIT;
	if (curl_multi_add_handle(up->multi, up->easy) == CURLM_OK) {
		code = drive(up, request->watch_fd);
		/* An answer without a body has a head all the same. */
		if (code == CURLE_OK)
			give_head(up);
		curl_multi_remove_handle(up->multi, up->easy);
	}
	curl_easy_setopt(up->easy, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(headers);

	if (up->stopped)
		return EXCHANGE_STOPPED;
	if (code == CURLE_OK)
		return EXCHANGE_DONE;
	buf_str(why, up->why[0] != '\0' ? up->why : curl_easy_strerror(code));
	return never_sent(up->easy, code) ? EXCHANGE_UNREACHABLE : EXCHANGE_CUT;
}
