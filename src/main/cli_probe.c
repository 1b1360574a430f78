/* Trying a key: one request for the list of models, judged as the relay
 * judges. */
#include "main/cli_probe.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/setting.h"
#include "base/text.h"
#include "pool/error_body.h"
#include "pool/verdict.h"
#include "upstream/exchange.h"

#ifndef KEYWHEEL_VERSION
#define KEYWHEEL_VERSION "0"
#endif

#define PATH "/models?pageSize=1"
#define LIMIT_MS 15000
#define MAX_ANSWER ((size_t)1024 * 1024)
#define MAX_EVIDENCE 200
#define MAX_HEADERS 32

struct cli_probe {
	const struct settings *settings;
	struct upstream *upstream; /* NULL: libcurl does not work */
	/* the request that runs */
	int64_t deadline;
	int status;
	struct buf body;
};

struct cli_probe *
cli_probe_new(const struct settings *settings)
{
	struct cli_probe *probe = calloc(1, sizeof(*probe));
	if (probe == NULL || !upstream_global_init())
		abort();
	probe->settings = settings;
	probe->upstream = upstream_new("keywheel/" KEYWHEEL_VERSION);
	buf_init(&probe->body, MAX_ANSWER);
	return probe;
}

void
cli_probe_free(struct cli_probe *probe)
{
	if (probe == NULL)
		return;
	upstream_free(probe->upstream);
	buf_clear(&probe->body);
	free(probe);
}

/* --- the exchange ------------------------------------------------------- */

static bool
take_head(void *ctx, int status, const char *content_type)
{
	struct cli_probe *probe = ctx;
	(void)content_type;
	probe->status = status;
	return true;
}

static bool
take_body(void *ctx, const char *bytes, size_t len)
{
	struct cli_probe *probe = ctx;
	buf_add(&probe->body, bytes, len);
	return buf_ok(&probe->body);
}

static bool
in_time(void *ctx)
{
	const struct cli_probe *probe = ctx;
	return clock_mono_ms() < probe->deadline;
}

/* CUSTOM_HEADERS go with every call, as in the relay. */
static size_t
write_headers(const struct cli_probe *probe, const char *secret,
    struct exchange_header *headers)
{
	struct json_object *custom =
	    settings_json(probe->settings, SETTING_ID_CUSTOM_HEADERS);
	size_t n = 0;
	headers[n++] = (struct exchange_header){"x-goog-api-key", secret};
	if (custom == NULL)
		return n;
	json_object_object_foreach(custom, name, value)
	{
		if (n < MAX_HEADERS)
			headers[n++] = (struct exchange_header){
			    name, json_object_get_string(value)};
	}
	return n;
}

static enum exchange_end
ask(struct cli_probe *probe, const char *secret, struct buf *why)
{
	struct exchange_header headers[MAX_HEADERS];
	struct buf url;
	buf_init(&url, BUF_SMALL);
	buf_str(&url, settings_text(probe->settings, SETTING_ID_BASE_URL));
	buf_str(&url, PATH);
	const struct exchange_request request = {
	    .method = "GET",
	    .url = buf_cstr(&url),
	    .headers = headers,
	    .n_headers = write_headers(probe, secret, headers),
	    .connect_ms = 1000 *
		(long)settings_int(probe->settings, SETTING_ID_CONNECT_TIMEOUT),
	    .watch_fd = -1,
	};
	const struct exchange_sink sink = {
	    probe, take_head, take_body, in_time};

	probe->deadline = clock_mono_ms() + LIMIT_MS;
	probe->status = 0;
	buf_reset(&probe->body);
	enum exchange_end end =
	    upstream_run(probe->upstream, &request, &sink, why);
	buf_clear(&url);
	return end;
}

/* --- the verdict -------------------------------------------------------- */

/* A page of somebody in between is no list of models. */
static bool
is_model_list(const struct buf *body)
{
	struct json_object *o = json_parse(buf_cstr(body), body->len, NULL);
	bool ok = json_object_is_type(json_get(o, "models"), json_type_array);
	json_object_put(o);
	return ok;
}

static enum attempt_end
end_of(const struct cli_probe *probe, enum exchange_end end)
{
	switch (end) {
	case EXCHANGE_UNREACHABLE:
		return ATTEMPT_UNREACHABLE;
	case EXCHANGE_CUT:
		return ATTEMPT_CUT;
	case EXCHANGE_STOPPED:
		if (!buf_ok(&probe->body))
			return ATTEMPT_GARBLED;
		return probe->status == 0 ? ATTEMPT_NO_FIRST_BYTE
					  : ATTEMPT_IDLE;
	case EXCHANGE_DONE:
		break;
	}
	if (probe->status >= 400)
		return ATTEMPT_REFUSED;
	return is_model_list(&probe->body) ? ATTEMPT_ANSWERED : ATTEMPT_GARBLED;
}

/* The beginning of a text without its secrets; it ends between two
 * characters. */
static void
add_evidence(struct buf *out, const char *text)
{
	struct buf clean;
	buf_init(&clean, MAX_ANSWER * 8);
	text_redact(&clean, text, strlen(text));
	const char *p = buf_cstr(&clean);
	size_t len = strlen(p);
	if (len > MAX_EVIDENCE)
		for (len = MAX_EVIDENCE;
		     len > 0 && ((unsigned char)p[len] & 0xc0) == 0x80;)
			len--;
	buf_add(out, p, len);
	buf_clear(&clean);
}

void
cli_probe_key(struct cli_probe *probe, const char *secret,
    struct cli_probe_answer *answer)
{
	struct buf why;
	struct error_body error;
	*answer = (struct cli_probe_answer){0};
	buf_init(&answer->evidence, BUF_SMALL);
	buf_init(&why, BUF_SMALL);

	struct attempt_facts facts = {0};
	facts.end = end_of(probe, ask(probe, secret, &why));
	facts.status = probe->status;
	bool refused = facts.end == ATTEMPT_REFUSED;
	if (refused) {
		error_body_read(
		    &error, buf_cstr(&probe->body), probe->body.len);
		facts.error = &error;
	}
	struct verdict verdict = verdict_of(&facts);
	add_evidence(
	    &answer->evidence, refused ? error.message : buf_cstr(&why));
	answer->ok = facts.end == ATTEMPT_ANSWERED;
	answer->unreachable = facts.end == ATTEMPT_UNREACHABLE;
	answer->word = verdict.name;
	answer->reason = verdict.reason;
	if (refused)
		error_body_clear(&error);
	buf_clear(&why);
}
