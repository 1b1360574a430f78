/* The relay's ear: one attempt, from sending to what it amounts to. */
#include "gateway/relay_parts.h"

#include <stdio.h>

/* --- the sink: what happens while Gemini answers ------------------------ */

/* End the exchange for this reason. */
static bool
stop(struct relay *r, enum attempt_end end)
{
	r->end = end;
	return false;
}

/* Send what the task has put out. False if the client has gone. */
static bool
show(struct relay *r)
{
	const struct relay_ports *p = r->ports;
	if (!r->committed)
		p->commit(p->ctx, false, 0);
	r->committed = true;
	if (!r->content_sent)
		r->first_byte_ms = relay_now(r) - r->started;
	r->content_sent = true;
	return relay_write(r) || stop(r, ATTEMPT_CLIENT_GONE);
}

static bool
on_head(void *ctx, int status, const char *content_type)
{
	struct relay *r = ctx;
	r->status = status;
	if (status < 300)
		r->task->head(r->task->ctx, content_type);
	return true;
}

static bool
on_body(void *ctx, const char *bytes, size_t len)
{
	struct relay *r = ctx;
	r->upstream_ms = relay_now(r);
	r->heard = true;

	/* An error's text: its beginning says all. */
	if (r->status >= 300) {
		if (r->refusal.len < BUF_SMALL / 2)
			buf_add(&r->refusal, bytes,
			    len < BUF_SMALL / 2 ? len : BUF_SMALL / 2);
		return true;
	}

	switch (r->task->feed(r->task->ctx, bytes, len, &r->out, &r->refusal)) {
	case FEED_HOLD:
		return true;
	case FEED_SHOW:
		return show(r);
	case FEED_REFUSED:
		r->end = ATTEMPT_REFUSED;
		break;
	case FEED_GARBLED:
		r->end = ATTEMPT_GARBLED;
		break;
	}
	/* What came before it in the same piece is the client's. */
	return r->out.len > 0 && !show(r) ? false : stop(r, r->end);
}

static bool
on_tick(void *ctx)
{
	struct relay *r = ctx;
	const struct relay_policy *policy = r->policy;
	int64_t t = relay_now(r);

	if (r->ports->gone(r->ports->ctx))
		return stop(r, ATTEMPT_CLIENT_GONE);
	if (t - r->started >= policy->total_ms)
		return stop(r, ATTEMPT_OUT_OF_TIME);
	if (!r->heard && t - r->exchange_ms >= policy->first_byte_ms)
		return stop(r, ATTEMPT_NO_FIRST_BYTE);
	if (r->heard && t - r->upstream_ms >= policy->idle_ms)
		return stop(r, ATTEMPT_IDLE);
	relay_heartbeat(r);
	return true;
}

/* --- one attempt --------------------------------------------------------- */

/* Make an end of what the exchange and the task say. */
static enum attempt_end
conclude(struct relay *r, enum exchange_end exchange)
{
	enum attempt_end end = exchange == EXCHANGE_UNREACHABLE
	    ? ATTEMPT_UNREACHABLE
	    : exchange == EXCHANGE_CUT ? ATTEMPT_CUT
				       : r->end;

	/* An error's head says it, also if its text stands still. */
	bool stands = end == ATTEMPT_IDLE || end == ATTEMPT_NO_FIRST_BYTE;
	if (r->status >= 300 && (exchange != EXCHANGE_STOPPED || stands))
		return ATTEMPT_REFUSED;

	/* Complete is complete, also if the connection then broke. */
	bool open = exchange == EXCHANGE_DONE || end == ATTEMPT_CUT ||
	    end == ATTEMPT_IDLE || end == ATTEMPT_OUT_OF_TIME;
	if (!open || r->status == 0)
		return end;
	struct closing closing = r->task->close(r->task->ctx, &r->out);
	r->outcome = closing.outcome;
	r->again = closing.again;
	r->as_error = closing.as_error;
	snprintf(r->reason, sizeof(r->reason), "%s",
	    closing.reason ? closing.reason : "");
	if (exchange == EXCHANGE_DONE || closing.end == ATTEMPT_ANSWERED ||
	    closing.end == ATTEMPT_BLOCKED)
		return closing.end;
	return end;
}

/* One exchange, or as many as it takes an answer that goes on. */
enum attempt_end
relay_attempt(struct relay *r)
{
	const struct exchange_sink sink = {
	    .ctx = r, .head = on_head, .body = on_body, .tick = on_tick};
	enum attempt_end end;

	r->attempts++;
	r->attempt_ms = relay_now(r);
	if (r->task->leased != NULL)
		r->task->leased(r->task->ctx, &r->lease);
	do {
		r->status = 0;
		r->reason[0] = '\0';
		r->heard = r->again = false;
		r->exchange_ms = relay_now(r);
		r->end = ATTEMPT_CUT;
		buf_reset(&r->refusal);
		buf_reset(&r->why);
		end = conclude(r,
		    r->ports->send(r->ports->ctx, &r->lease, &sink, &r->why));
	} while (r->again && end == ATTEMPT_ANSWERED);
	return end;
}
