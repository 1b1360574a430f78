/* Calls to Gemini with a key that was chosen already. */
#include "gateway/direct.h"

#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/setting.h"
#include "base/text.h"
#include "gateway/egress.h"
#include "gateway/key_request.h"
#include "store/proxies.h"

#define MAX_ANSWER ((size_t)16 * 1024 * 1024)
#define MAX_EVIDENCE 200

/* The calls that run. */
struct run {
	const struct direct *way;
	struct direct_call *calls;
	int64_t deadline;
	bool told_to_stop;
};

/* --- what comes ---------------------------------------------------------- */

static bool
take_head(void *ctx, int lane, int status, const char *content_type)
{
	struct run *run = ctx;
	(void)content_type;
	run->calls[lane].status = status;
	return true;
}

/* An answer that is too large is garbled; the others go on. */
static bool
take_body(void *ctx, int lane, const char *bytes, size_t len)
{
	struct run *run = ctx;
	buf_add(&run->calls[lane].answer, bytes, len);
	return true;
}

/* A page of somebody in between is no answer of Google's. */
static bool
is_object(const struct buf *answer)
{
	struct json_object *o = json_parse(buf_cstr(answer), answer->len, NULL);
	bool ok = json_object_is_type(o, json_type_object);
	json_object_put(o);
	return ok;
}

static bool
ended(void *ctx, int lane, enum exchange_end end, const char *why)
{
	struct run *run = ctx;
	struct direct_call *call = &run->calls[lane];
	if (end != EXCHANGE_DONE)
		call->end = end == EXCHANGE_UNREACHABLE ? ATTEMPT_UNREACHABLE
		    : end == EXCHANGE_PROXY             ? ATTEMPT_PROXY
							: ATTEMPT_CUT;
	else if (call->status >= 400)
		call->end = ATTEMPT_REFUSED;
	else
		call->end = is_object(&call->answer) ? ATTEMPT_ANSWERED
						     : ATTEMPT_GARBLED;
	buf_str(&call->evidence, why);
	return true;
}

static bool
tick(void *ctx)
{
	struct run *run = ctx;
	const struct direct *way = run->way;
	run->told_to_stop = way->stop != NULL && way->stop(way->ctx);
	return !run->told_to_stop && clock_mono_ms() < run->deadline;
}

/* --- what it means ------------------------------------------------------- */

static void
judge(struct direct_call *call)
{
	struct error_body error;
	struct attempt_facts facts = {.end = call->end,
	    .status = call->status,
	    .file_route = call->file_route};
	bool refused = call->end == ATTEMPT_REFUSED;
	if (refused) {
		error_body_read(
		    &error, buf_cstr(&call->answer), call->answer.len);
		facts.error = &error;
		buf_reset(&call->evidence);
		text_redact(&call->evidence, error.message,
		    text_cut(error.message, MAX_EVIDENCE));
	}
	call->verdict = verdict_of(&facts);
	if (refused)
		error_body_clear(&error);
}

/* Before it has ended: that nothing came in time. */
static void
prepare(struct direct_call *call)
{
	call->end = ATTEMPT_NO_FIRST_BYTE;
	call->status = 0;
	buf_init(&call->answer, MAX_ANSWER);
	buf_init(&call->evidence, BUF_SMALL);
}

/* Each by the proxy of its scope. */
static void
send(const struct direct *way, const struct direct_call *calls,
    struct exchange_request *requests, int n,
    const struct exchange_many_sink *sink)
{
	const char *scopes[EXCHANGE_LANES];
	struct json_object *down = proxies_load(way->db);
	struct egress *egress = egress_new(way->settings, way->master, down);
	const struct egress_way out = {egress, way->db, way->upstream, ""};
	for (int i = 0; i < n; i++)
		scopes[i] = calls[i].scope;
	egress_run(&out, scopes, requests, n, sink);
	egress_free(egress);
	json_object_put(down);
}

void
direct_run(const struct direct *way, struct direct_call *calls, int n)
{
	struct key_request made[EXCHANGE_LANES];
	struct exchange_request requests[EXCHANGE_LANES];
	struct run run = {.way = way, .calls = calls};

	for (int i = 0; i < n; i++) {
		struct direct_call *call = &calls[i];
		prepare(call);
		made[i] = (struct key_request){
		    .pool = call->pool,
		    .secret = call->secret,
		    .method = call->method != NULL ? call->method
			: call->body != NULL       ? "POST"
						   : "GET",
		    .path = call->path,
		    .body = call->body,
		    .body_len = call->body != NULL ? strlen(call->body) : 0,
		    .watch_fd = -1,
		};
		requests[i] = key_request_write(&made[i], way->settings);
	}
	const struct exchange_many_sink sink = {

	    .ctx = &run,
	    .head = take_head,
	    .body = take_body,
	    .ended = ended,
	    .tick = tick,
	};
	run.deadline = clock_mono_ms() + way->limit_ms;
	send(way, calls, requests, n, &sink);
	for (int i = 0; i < n; i++) {
		if (run.told_to_stop && calls[i].end == ATTEMPT_NO_FIRST_BYTE)
			calls[i].end = ATTEMPT_CLIENT_GONE;
		judge(&calls[i]);
		key_request_clear(&made[i]);
	}
}

void
direct_clear(struct direct_call *call)
{
	buf_clear(&call->answer);
	buf_clear(&call->evidence);
}
