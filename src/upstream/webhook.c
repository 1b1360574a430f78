/* Webhooks over libcurl. */
#include "upstream/webhook.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "base/version.h"
#include "upstream/address.h"
#include "upstream/trust.h"

#define USER_AGENT "keywheel/" KEYWHEEL_VERSION

/* One that runs. */
struct run {
	const struct webhook *webhook;
	struct webhook_answer *answer;
	CURL *easy;
	struct curl_slist *headers;
	int64_t wanted_ms; /* since when the process is wanted; 0: it is not */
	bool refused, stopped, sent, too_large;
	char why[CURL_ERROR_SIZE];
};

static curl_socket_t
open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct run *r = ctx;
	if (purpose != CURLSOCKTYPE_IPCXN ||
	    address_kind(&address->addr) == ADDRESS_NEVER) {
		r->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC,
	    address->protocol);
}

static size_t
on_body(char *bytes, size_t size, size_t n, void *ctx)
{
	struct run *r = ctx;
	size_t room = WEBHOOK_MAX_ANSWER - r->answer->body.len;
	r->too_large = n > room;
	buf_add(&r->answer->body, bytes, r->too_large ? room : n);
	return r->too_large ? 0 : size * n;
}

/* Who gives up after all was sent does not know whether it was taken: so an
 * answer that may be on its way is waited for a moment. */
static int
on_progress(void *ctx, curl_off_t down_total, curl_off_t down,
    curl_off_t up_total, curl_off_t up)
{
	struct run *r = ctx;
	const struct webhook *w = r->webhook;
	int64_t now = clock_mono_ms();
	(void)down_total, (void)down, (void)up_total;
	if (r->wanted_ms == 0 && w->stop != NULL && w->stop(w->ctx))
		r->wanted_ms = now;
	r->sent = up >= (curl_off_t)w->len;
	if (r->wanted_ms > 0)
		r->stopped = !r->sent || now - r->wanted_ms >= WEBHOOK_GRACE_MS;
	return r->stopped;
}

static void
add_header(struct run *r, const char *line)
{
	struct curl_slist *list = curl_slist_append(r->headers, line);
	if (list == NULL)
		abort();
	r->headers = list;
}

static void
add_headers(struct run *r)
{
	add_header(r, "Content-Type: application/json; charset=utf-8");
	/* libcurl would wait for a 100 before it sends a large body. */
	add_header(r, "Expect:");
	if (r->webhook->bearer != NULL) {
		struct buf line;
		buf_init(&line, BUF_SMALL);
		buf_fmt(&line, "Authorization: Bearer %s", r->webhook->bearer);
		add_header(r, buf_cstr(&line));
		crypt_wipe(line.data, line.len);
		buf_clear(&line);
	}
	curl_easy_setopt(r->easy, CURLOPT_HTTPHEADER, r->headers);
}

static void
prepare(struct run *r)
{
	const struct webhook *w = r->webhook;
	CURL *e = r->easy;
	curl_easy_setopt(e, CURLOPT_URL, w->url);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_USERAGENT, USER_AGENT);
	curl_easy_setopt(e, CURLOPT_POST, 1L);
	curl_easy_setopt(e, CURLOPT_POSTFIELDS, w->body);
	curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)w->len);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, r);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, r);
	curl_easy_setopt(e, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(e, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(e, CURLOPT_XFERINFODATA, r);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, w->total_ms);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, w->total_ms);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	/* A name server that does not answer is not waited for at the end. */
	curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, r->why);
	trust_apply(e);
	add_headers(r);
}

static enum webhook_end
end_of(struct run *r, CURLcode code, struct buf *why)
{
	curl_off_t retry_after = 0;
	long status = 0;
	curl_easy_getinfo(r->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(r->easy, CURLINFO_RETRY_AFTER, &retry_after);
	r->answer->status = (int)status;
	r->answer->retry_after_s = retry_after;
	if (code == CURLE_OK || r->too_large)
		return WEBHOOK_ANSWERED;
	if (r->stopped && !r->sent)
		return WEBHOOK_STOPPED;
	/* It may have been taken: to try at once, and for ever, would tell it
	 * again each time. */
	if (r->stopped)
		buf_str(why, "its answer could not be waited for");
	else if (r->refused)
		buf_str(why, "nobody is to be asked at its address");
	else if (code == CURLE_OPERATION_TIMEDOUT)
		buf_fmt(why, "no answer within %ld seconds",
		    r->webhook->total_ms / 1000);
	else
		buf_str(
		    why, r->why[0] != '\0' ? r->why : curl_easy_strerror(code));
	return WEBHOOK_FAILED;
}

enum webhook_end
webhook_run(const struct webhook *webhook, struct webhook_answer *answer,
    struct buf *why)
{
	struct run r = {
	    .webhook = webhook, .answer = answer, .easy = curl_easy_init()};
	if (r.easy == NULL)
		abort();
	*answer = (struct webhook_answer){0};
	buf_init(&answer->body, WEBHOOK_MAX_ANSWER);
	prepare(&r);
	CURLcode code = curl_easy_perform(r.easy);
	enum webhook_end end = end_of(&r, code, why);
	curl_easy_cleanup(r.easy);
	curl_slist_free_all(r.headers);
	return end;
}
