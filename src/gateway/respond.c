/* Whole responses of the API. */
#include "gateway/respond.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/setting.h"
#include "gateway/service.h"
#include "web/call.h"

/* Browsers: which origin may read the answer. NULL: none, or no browser. */
static const char *
allowed_origin(struct service *s)
{
	const char *origin = web_header(s->call, "origin");
	if (origin == NULL)
		return NULL;
	if (settings_has(s->settings, SETTING_ID_CORS_ORIGINS, "*"))
		return "*";
	return settings_has(s->settings, SETTING_ID_CORS_ORIGINS, origin)
	    ? origin
	    : NULL;
}

static void
add_cors(struct service *s)
{
	const char *origin = allowed_origin(s);
	if (origin == NULL)
		return;
	web_add_header(s->call, "Access-Control-Allow-Origin", origin);
	web_add_header(s->call, "Access-Control-Expose-Headers",
	    "x-request-id, x-client-request-id, x-keywheel-attempts, "
	    "x-keywheel-own-ms, x-keywheel-limit-origin, retry-after, "
	    "x-should-retry, x-keywheel-adjusted, "
	    "x-keywheel-stale, x-keywheel-cache, x-keywheel-limit, age, "
	    "x-ratelimit-limit-requests, x-ratelimit-remaining-requests, "
	    "x-ratelimit-reset-requests, x-ratelimit-limit-tokens, "
	    "x-ratelimit-remaining-tokens, x-ratelimit-reset-tokens, "
	    "x-goog-upload-url, "
	    "x-goog-upload-status, x-goog-upload-size-received, "
	    "x-goog-upload-chunk-granularity");
	if (strcmp(origin, "*") != 0)
		web_add_header(s->call, "Vary", "Origin");
}

void
respond_tell(struct service *s, const char *name, const char *value)
{
	if (settings_int(s->settings, SETTING_ID_KEYWHEEL_HEADERS))
		web_add_header(s->call, name, value);
}

/* What it took up to here: attempts, and the time that was ours. */
static void
tell_cost(struct service *s)
{
	char text[32];
	int64_t own_us, db_us;
	own_time_read(&s->own_time, &own_us, &db_us);
	snprintf(text, sizeof(text), "%d", s->attempts);
	respond_tell(s, "x-keywheel-attempts", text);
	snprintf(text, sizeof(text), "%" PRId64 ".%" PRId64, own_us / 1000,
	    own_us % 1000 / 100);
	respond_tell(s, "x-keywheel-own-ms", text);
}

void
respond_start(struct service *s, int status, const char *content_type)
{
	web_start(s->call, status);
	if (content_type != NULL)
		web_add_header(s->call, "Content-Type", content_type);
	web_add_header(s->call, "x-request-id", s->request_id);
	if (s->client_request_id[0] != '\0')
		web_add_header(
		    s->call, "x-client-request-id", s->client_request_id);
	tell_cost(s);
	rate_headers_add(s);
	if (s->upload_status[0] != '\0')
		web_add_header(
		    s->call, "X-Goog-Upload-Status", s->upload_status);
	add_cors(s);
}

/* HEAD has the headers of GET and no body. */
static bool
wants_body(struct service *s)
{
	return strcmp(web_method(s->call), "HEAD") != 0;
}

void
respond_stale(struct service *s, int64_t seconds)
{
	char text[24];
	if (seconds <= 0)
		return;
	snprintf(text, sizeof(text), "%" PRId64, seconds);
	respond_tell(s, "x-keywheel-stale", text);
}

void
respond_rest(struct service *s, const char *body, size_t len)
{
	char size[24];
	snprintf(size, sizeof(size), "%zu", len);
	web_add_header(s->call, "Content-Length", size);
	web_end_headers(s->call);
	if (wants_body(s))
		web_write(s->call, body, len);
	web_finish(s->call);
}

void
respond_body(struct service *s, int status, const char *content_type,
    const char *body, size_t len)
{
	respond_start(s, status, content_type);
	respond_rest(s, body, len);
}

void
respond_error(
    struct service *s, enum api_dialect dialect, const struct api_error *error)
{
	struct buf body;
	char seconds[16];
	int status = api_error_status(error, dialect);
	buf_init(&body, BUF_SMALL);
	api_error_write(error, dialect, &body);
	buf_byte(&body, '\n');

	respond_start(s, status, "application/json; charset=utf-8");
	if (error->retry_after_s > 0) {
		snprintf(seconds, sizeof(seconds), "%d", error->retry_after_s);
		web_add_header(s->call, "Retry-After", seconds);
	}
	if (error->limit != NULL)
		respond_tell(s, "x-keywheel-limit", error->limit);
	if (status == 429)
		respond_tell(s, "x-keywheel-limit-origin",
		    error->limit != NULL ? "gateway" : "google");
	if (!api_error_may_retry(error))
		web_add_header(s->call, "x-should-retry", "false");
	if (error->fault == FAULT_METHOD && error->param != NULL)
		web_add_header(s->call, "Allow", error->param);
	respond_rest(s, buf_cstr(&body), body.len);
	buf_clear(&body);
}

void
respond_preflight(struct service *s)
{
	respond_start(s, 204, NULL);
	const char *wanted =
	    web_header(s->call, "access-control-request-headers");
	if (allowed_origin(s) != NULL) {
		web_add_header(s->call, "Access-Control-Allow-Methods",
		    "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS");
		web_add_header(s->call, "Access-Control-Allow-Headers",
		    wanted != NULL ? wanted : "Authorization, Content-Type");
		web_add_header(s->call, "Access-Control-Max-Age", "600");
	}
	web_end_headers(s->call);
	web_finish(s->call);
}
