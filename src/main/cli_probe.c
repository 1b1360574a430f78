/* Trying a key: one request for the list of models, judged as the relay
 * judges. */
#include "main/cli_probe.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/setting.h"
#include "base/text.h"
#include "gateway/egress.h"
#include "main/cli.h"
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
	struct egress *egress;
	struct egress_way way;
	/* the request that runs */
	int64_t deadline;
	int status;
	enum exchange_end end;
	struct buf body, why;
};

struct cli_probe *
cli_probe_new(struct cli *cli, const struct settings *settings)
{
	struct cli_probe *probe = calloc(1, sizeof(*probe));
	if (probe == NULL || !upstream_global_init())
		abort();
	probe->settings = settings;
	probe->egress = egress_new(settings, &cli->master, NULL);
	probe->way = (struct egress_way){probe->egress, cli->db,
	    upstream_new("keywheel/" KEYWHEEL_VERSION), ""};
	buf_init(&probe->body, MAX_ANSWER);
	buf_init(&probe->why, BUF_SMALL);
	return probe;
}

void
cli_probe_free(struct cli_probe *probe)
{
	if (probe == NULL)
		return;
	upstream_free(probe->way.upstream);
	egress_free(probe->egress);
	buf_clear(&probe->body);
	buf_clear(&probe->why);
	free(probe);
}

/* --- the exchange ------------------------------------------------------- */

static bool
take_head(void *ctx, int lane, int status, const char *content_type)
{
	struct cli_probe *probe = ctx;
	(void)lane;
	(void)content_type;
	probe->status = status;
	return true;
}

static bool
take_body(void *ctx, int lane, const char *bytes, size_t len)
{
	struct cli_probe *probe = ctx;
	(void)lane;
	buf_add(&probe->body, bytes, len);
	return buf_ok(&probe->body);
}

static bool
take_end(void *ctx, int lane, enum exchange_end end, const char *why)
{
	struct cli_probe *probe = ctx;
	(void)lane;
	probe->end = end;
	buf_str(&probe->why, why);
	return true;
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

static void
ask(struct cli_probe *probe, const char *scope, const char *secret)
{
	struct exchange_header headers[MAX_HEADERS];
	struct buf url;
	buf_init(&url, BUF_SMALL);
	buf_str(&url, settings_text(probe->settings, SETTING_ID_BASE_URL));
	buf_str(&url, PATH);
	struct exchange_request request = {
	    .method = "GET",
	    .url = buf_cstr(&url),
	    .headers = headers,
	    .n_headers = write_headers(probe, secret, headers),
	    .connect_ms = 1000 *
		(long)settings_int(probe->settings, SETTING_ID_CONNECT_TIMEOUT),
	    .watch_fd = -1,
	};
	const struct exchange_many_sink sink = {
	    probe, take_head, take_body, take_end, in_time};

	probe->deadline = clock_mono_ms() + LIMIT_MS;
	probe->status = 0;
	probe->end = EXCHANGE_STOPPED;
	buf_reset(&probe->body);
	buf_reset(&probe->why);
	egress_run(&probe->way, &scope, &request, 1, &sink);
	buf_clear(&url);
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
end_of(const struct cli_probe *probe)
{
	switch (probe->end) {
	case EXCHANGE_UNREACHABLE:
		return ATTEMPT_UNREACHABLE;
	case EXCHANGE_PROXY:
		return ATTEMPT_PROXY;
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
cli_probe_key(struct cli_probe *probe, const char *scope, const char *secret,
    struct cli_probe_answer *answer)
{
	struct error_body error;
	*answer = (struct cli_probe_answer){0};
	buf_init(&answer->evidence, BUF_SMALL);

	struct attempt_facts facts = {0};
	ask(probe, scope, secret);
	facts.end = end_of(probe);
	facts.status = probe->status;
	bool refused = facts.end == ATTEMPT_REFUSED;
	if (refused) {
		error_body_read(
		    &error, buf_cstr(&probe->body), probe->body.len);
		facts.error = &error;
	}
	struct verdict verdict = verdict_of(&facts);
	add_evidence(
	    &answer->evidence, refused ? error.message : buf_cstr(&probe->why));
	answer->ok = facts.end == ATTEMPT_ANSWERED;
	answer->unreachable = facts.end == ATTEMPT_UNREACHABLE;
	answer->word = verdict.name;
	answer->reason = verdict.reason;
	if (refused)
		error_body_clear(&error);
}
