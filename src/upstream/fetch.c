/* Fetching from foreign hosts over libcurl. */
#include "upstream/fetch.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/attr.h"
#include "base/url.h"
#include "base/version.h"
#include "base/waits.h"
#include "upstream/address.h"
#include "upstream/trust.h"

#define PROTOCOLS "http,https"
#define USER_AGENT "keywheel/" KEYWHEEL_VERSION

/* One that runs. */
struct fetch {
	const struct fetch_request *request;
	struct fetch_answer *answer;
	CURL *easy;
	bool refused, stopped, bad_status, too_large;
	char why[CURL_ERROR_SIZE];
};

/* --- where it may go ----------------------------------------------------- */

/* Is the host in the list, for this port? *with_port: by an entry that names
 * the port. */
static bool
is_listed(const struct fetch *f, const char *host, int port, bool *with_port)
{
	const struct fetch_request *r = f->request;
	bool listed = false;
	for (size_t i = 0; i < r->n_hosts; i++) {
		if (!url_host_fits(r->hosts[i], host, strlen(host), port))
			continue;
		listed = true;
		/* An entry with a port fits no other one. */
		if (!url_host_fits(r->hosts[i], host, strlen(host), -1))
			*with_port = true;
	}
	return listed;
}

/* The host that libcurl is about to connect to: of the URL as it stands after
 * the redirects so far, as libcurl itself reads it. The caller frees it. */
static char *
current_host(const struct fetch *f)
{
	char *url = NULL, *host = NULL;
	CURLU *parts = curl_url();
	curl_easy_getinfo(f->easy, CURLINFO_EFFECTIVE_URL, &url);
	if (parts != NULL && url != NULL &&
	    curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK)
		curl_url_get(parts, CURLUPART_HOST, &host, 0);
	curl_url_cleanup(parts);
	return host;
}

static bool
may_connect(const struct fetch *f, const struct sockaddr *address)
{
	enum address_kind kind = address_kind(address);
	int port = address_port(address);
	char *host = current_host(f);
	bool with_port = false;
	bool listed = host != NULL && is_listed(f, host, port, &with_port);
	curl_free(host);

	if (port < 1024 && port != 80 && port != 443 && !with_port)
		return false;
	return kind == ADDRESS_PUBLIC ||
	    (kind == ADDRESS_PRIVATE && (f->request->allow_private || listed));
}

static curl_socket_t
open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct fetch *f = ctx;
	if (purpose != CURLSOCKTYPE_IPCXN || !may_connect(f, &address->addr)) {
		f->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC,
	    address->protocol);
}

/* --- what comes ---------------------------------------------------------- */

static size_t
on_body(char *bytes, size_t size, size_t n, void *ctx)
{
	struct fetch *f = ctx;
	long status = 0;
	curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
	f->bad_status = status != 200;
	if (f->bad_status)
		return 0;
	buf_add(&f->answer->body, bytes, size * n);
	f->too_large = !buf_ok(&f->answer->body);
	return f->too_large ? 0 : size * n;
}

static int
on_progress(void *ctx, curl_off_t down_total, curl_off_t down,
    curl_off_t up_total, curl_off_t up)
{
	struct fetch *f = ctx;
	(void)down_total, (void)down, (void)up_total, (void)up;
	f->stopped = f->stopped || !f->request->tick(f->request->ctx);
	return f->stopped;
}

static void
prepare(struct fetch *f)
{
	const struct fetch_request *r = f->request;
	CURL *e = f->easy;
	curl_easy_setopt(e, CURLOPT_URL, r->url);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, PROTOCOLS);
	curl_easy_setopt(e, CURLOPT_REDIR_PROTOCOLS_STR, PROTOCOLS);
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(e, CURLOPT_MAXREDIRS, (long)FETCH_MAX_REDIRECTS);
	curl_easy_setopt(e, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_USERAGENT, USER_AGENT);
	curl_easy_setopt(e, CURLOPT_HTTP_CONTENT_DECODING, 0L);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, f);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, f);
	curl_easy_setopt(e, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)r->max);
	curl_easy_setopt(e, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(e, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(e, CURLOPT_XFERINFODATA, f);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, r->total_ms);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, r->connect_ms);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	/* A name server that does not answer is not waited for at the end. */
	curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, f->why);
	trust_apply(e);
}

/* --- how it ended -------------------------------------------------------- */

static enum fetch_end
end_of(const struct fetch *f, CURLcode code)
{
	static const struct {
		CURLcode code;
		enum fetch_end end;
	} ends[] = {
	    {CURLE_FILESIZE_EXCEEDED, FETCH_TOO_LARGE},
	    {CURLE_OPERATION_TIMEDOUT, FETCH_TIMEOUT},
	    {CURLE_TOO_MANY_REDIRECTS, FETCH_REDIRECTS},
	    {CURLE_URL_MALFORMAT, FETCH_BAD_URL},
	    {CURLE_UNSUPPORTED_PROTOCOL, FETCH_BAD_URL},
	    {CURLE_LOGIN_DENIED, FETCH_BAD_URL},
	    {CURLE_COULDNT_RESOLVE_HOST, FETCH_UNREACHABLE},
	    {CURLE_COULDNT_CONNECT, FETCH_UNREACHABLE},
	    {CURLE_SSL_CONNECT_ERROR, FETCH_UNREACHABLE},
	    {CURLE_PEER_FAILED_VERIFICATION, FETCH_UNREACHABLE},
	};
	if (f->stopped)
		return FETCH_STOPPED;
	if (f->too_large)
		return FETCH_TOO_LARGE;
	if (f->bad_status || (code == CURLE_OK && f->answer->status != 200))
		return FETCH_STATUS;
	if (code == CURLE_OK)
		return FETCH_DONE;
	if (code == CURLE_COULDNT_CONNECT && f->refused)
		return FETCH_REFUSED;
	for (size_t i = 0; i < COUNT_OF(ends); i++)
		if (ends[i].code == code)
			return ends[i].end;
	return FETCH_CUT;
}

enum fetch_end
fetch_run(const struct fetch_request *request, struct fetch_answer *answer,
    struct buf *why)
{
	struct fetch f = {
	    .request = request, .answer = answer, .easy = curl_easy_init()};
	if (f.easy == NULL)
		abort();
	buf_init(&answer->body, request->max);
	prepare(&f);
	int64_t begun = waits_begin();
	CURLcode code = curl_easy_perform(f.easy);
	waits_end(WAITS_UPSTREAM, begun);

	long status = 0;
	char *type = NULL;
	curl_easy_getinfo(f.easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(f.easy, CURLINFO_CONTENT_TYPE, &type);
	answer->status = (int)status;
	snprintf(
	    answer->type, sizeof(answer->type), "%s", type == NULL ? "" : type);
	curl_easy_cleanup(f.easy);

	enum fetch_end end = end_of(&f, code);
	if (end == FETCH_STATUS)
		buf_fmt(why, "status %d", answer->status);
	else if (end == FETCH_REFUSED)
		buf_str(why, "its address or port is not for us");
	else if (end != FETCH_DONE)
		buf_str(
		    why, f.why[0] != '\0' ? f.why : curl_easy_strerror(code));
	return end;
}
