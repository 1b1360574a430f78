/* Uploads to image hosts over libcurl. */
#include "upstream/host_upload.h"

#include <curl/curl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/version.h"
#include "base/waits.h"
#include "upstream/trust.h"

#define USER_AGENT "keywheel/" KEYWHEEL_VERSION

/* One that runs. The file is decoded as it is sent: it is in memory once. */
struct run {
	const struct host_upload *upload;
	struct buf *body;
	CURL *easy;
	struct curl_slist *headers;
	curl_mime *form;
	size_t sent; /* bytes of the file */
	bool stopped, too_large;
	char why[CURL_ERROR_SIZE];
};

/* --- the file ------------------------------------------------------------ */

static size_t
on_read(char *bytes, size_t size, size_t n, void *ctx)
{
	struct run *r = ctx;
	size_t got = base64_slice(r->upload->base64, r->upload->len, r->sent,
	    (uint8_t *)bytes, size * n);
	r->sent += got;
	return got;
}

/* libcurl begins anew after a connection that turned out to be dead. */
static int
on_seek(void *ctx, curl_off_t offset, int origin)
{
	struct run *r = ctx;
	if (origin != SEEK_SET || offset < 0)
		return CURL_SEEKFUNC_CANTSEEK;
	r->sent = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

static void
attach_file(struct run *r)
{
	const struct host_upload *u = r->upload;
	curl_off_t size = (curl_off_t)base64_size(u->base64, u->len);
	if (u->field == NULL) {
		curl_easy_setopt(r->easy, CURLOPT_UPLOAD, 1L);
		curl_easy_setopt(r->easy, CURLOPT_INFILESIZE_LARGE, size);
		curl_easy_setopt(r->easy, CURLOPT_READFUNCTION, on_read);
		curl_easy_setopt(r->easy, CURLOPT_READDATA, r);
		curl_easy_setopt(r->easy, CURLOPT_SEEKFUNCTION, on_seek);
		curl_easy_setopt(r->easy, CURLOPT_SEEKDATA, r);
		return;
	}
	r->form = curl_mime_init(r->easy);
	curl_mimepart *part = curl_mime_addpart(r->form);
	if (part == NULL || curl_mime_name(part, u->field) != CURLE_OK ||
	    curl_mime_filename(part, u->name) != CURLE_OK ||
	    curl_mime_type(part, u->type) != CURLE_OK ||
	    curl_mime_data_cb(part, size, on_read, on_seek, NULL, r) !=
		CURLE_OK)
		abort(); /* no memory for a few hundred bytes */
	curl_easy_setopt(r->easy, CURLOPT_MIMEPOST, r->form);
}

/* --- what comes ---------------------------------------------------------- */

static size_t
on_body(char *bytes, size_t size, size_t n, void *ctx)
{
	struct run *r = ctx;
	buf_add(r->body, bytes, size * n);
	r->too_large = !buf_ok(r->body);
	return r->too_large ? 0 : n;
}

static int
on_progress(void *ctx, curl_off_t down_total, curl_off_t down,
    curl_off_t up_total, curl_off_t up)
{
	struct run *r = ctx;
	(void)down_total, (void)down, (void)up_total, (void)up;
	r->stopped = r->stopped || !r->upload->tick(r->upload->ctx);
	return r->stopped;
}

/* --- the request --------------------------------------------------------- */

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
	struct buf line;
	buf_init(&line, BUF_SMALL);
	for (const char *p = r->upload->headers; *p != '\0';) {
		size_t len = strcspn(p, "\n");
		buf_reset(&line);
		buf_add(&line, p, len);
		add_header(r, buf_cstr(&line));
		p += len + (p[len] == '\n');
	}
	buf_clear(&line);
	/* libcurl would wait for a 100 before it sends a large body. */
	add_header(r, "Expect:");
	curl_easy_setopt(r->easy, CURLOPT_HTTPHEADER, r->headers);
}

static void
prepare(struct run *r)
{
	const struct host_upload *u = r->upload;
	CURL *e = r->easy;
	curl_easy_setopt(e, CURLOPT_URL, u->url);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_USERAGENT, USER_AGENT);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, r);
	curl_easy_setopt(e, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(e, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(e, CURLOPT_XFERINFODATA, r);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, u->total_ms);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, u->connect_ms);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	/* A name server that does not answer is not waited for at the end. */
	curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, r->why);
	trust_apply(e);
	add_headers(r);
	attach_file(r);
}

static enum host_end
end_of(const struct run *r, CURLcode code, struct buf *why)
{
	if (code == CURLE_OK)
		return HOST_ANSWERED;
	if (r->too_large)
		buf_str(why, "its answer is too large");
	else
		buf_str(
		    why, r->why[0] != '\0' ? r->why : curl_easy_strerror(code));
	if (r->stopped)
		return HOST_STOPPED;
	return r->sent == 0 ? HOST_UNREACHABLE : HOST_FAILED;
}

enum host_end
host_upload_run(const struct host_upload *upload, int *status, struct buf *body,
    struct buf *why)
{
	struct run r = {
	    .upload = upload, .body = body, .easy = curl_easy_init()};
	long answered = 0;
	if (r.easy == NULL)
		abort();
	prepare(&r);
	int64_t begun = waits_begin();
	CURLcode code = curl_easy_perform(r.easy);
	waits_end(WAITS_UPSTREAM, begun);
	curl_easy_getinfo(r.easy, CURLINFO_RESPONSE_CODE, &answered);
	*status = (int)answered;
	enum host_end end = end_of(&r, code, why);
	curl_easy_cleanup(r.easy);
	curl_mime_free(r.form);
	curl_slist_free_all(r.headers);
	return end;
}
