/* The relay's ear: one attempt, from sending to what it amounts to. */
#include "gateway/relay_parts.h"

#include <stdio.h>
#include <string.h>

/* --- the sink: what happens while Gemini answers ------------------------ */

/* End the attempt for this reason; lane: who is to blame, -1: nobody. */
static bool
stop(struct relay *r, int lane, enum attempt_end end)
{
	r->culprit = lane;
	r->end = end;
	return false;
}

/* Has another lane failed before, so that it is that one's failure? */
static bool
is_others_fault(const struct relay *r, int lane)
{
	return r->culprit >= 0 && r->culprit != lane;
}

/* Does it not matter any more what this lane says? */
static bool
is_settled(const struct relay *r, int lane)
{
	return r->lanes[lane].complete ||
	    (!r->task->apart && is_others_fault(r, lane));
}

/* The lane has failed. True if the others go on all the same: the first that
 * fails is the one that is judged in the end. */
static bool
fail_lane(struct relay *r, int lane, enum attempt_end end)
{
	if (!r->task->apart)
		return stop(r, lane, end);
	if (!is_others_fault(r, lane))
		stop(r, lane, end);
	r->lanes[lane].complete = r->lanes[lane].ready = true;
	return --r->n_open > 0;
}

/* How long the lane has been silent at that time. */
static int64_t
silent_ms(const struct relay *r, const struct lane *l, int64_t t)
{
	return t - (l->heard ? l->upstream_ms : r->exchange_ms);
}

static void
note(int64_t *longest, int64_t ms)
{
	if (ms > *longest)
		*longest = ms;
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
	return relay_write(r) || stop(r, -1, ATTEMPT_CLIENT_GONE);
}

/* Show it when each lane has something to show, and it is all there. False
 * if the client has gone. */
static bool
show_together(struct relay *r)
{
	for (int i = 0; i < r->n_lanes; i++)
		if (!r->lanes[i].ready)
			return true;
	return r->out.len == 0 || !buf_ok(&r->out) || show(r);
}

static void
on_header(void *ctx, int lane, const char *name, const char *value)
{
	struct relay *r = ctx;
	if (r->task->header != NULL)
		r->task->header(r->task->ctx, lane, name, value);
}

static bool
on_head(void *ctx, int lane, int status, const char *content_type)
{
	struct relay *r = ctx;
	r->lanes[lane].status = status;
	if (status >= 300 && r->culprit < 0)
		r->culprit = lane; /* its text is still to come */
	if (status < 300 && r->task->head != NULL)
		r->task->head(r->task->ctx, content_type);
	return true;
}

/* The task worked since that time, or waited for others: no lane was silent
 * meanwhile. */
static void
forgive(struct relay *r, int64_t since)
{
	int64_t ms = relay_now(r) - since;
	for (int i = 0; i < r->n_lanes; i++)
		r->lanes[i].upstream_ms += ms;
	r->exchange_ms += ms;
}

/* A piece of an answer. */
static bool
hear(struct relay *r, int lane, const char *bytes, size_t len)
{
	struct lane *l = &r->lanes[lane];
	size_t before = r->out.len;
	int64_t t = relay_now(r);
	enum feed fed =
	    r->task->feed(r->task->ctx, lane, bytes, len, &r->out, &r->refusal);
	forgive(r, t);
	if (fed == FEED_HOLD)
		return true;
	l->ready = l->ready || r->out.len > before;
	/* What came before an error in the same piece is the client's. */
	if (!show_together(r))
		return false;
	return fed == FEED_SHOW ||
	    fail_lane(r, lane,
		fed == FEED_REFUSED ? ATTEMPT_REFUSED : ATTEMPT_GARBLED);
}

static bool
on_body(void *ctx, int lane, const char *bytes, size_t len)
{
	struct relay *r = ctx;
	struct lane *l = &r->lanes[lane];
	int64_t t = relay_now(r);
	if (l->status < 300)
		note(l->heard ? &r->silences.gap_ms : &r->silences.first_ms,
		    silent_ms(r, l, t));
	l->upstream_ms = t;
	l->heard = true;
	if (is_settled(r, lane))
		return true;
	if (l->status < 300)
		return hear(r, lane, bytes, len);

	/* An error's text: its beginning says all. */
	if (r->culprit == lane && r->refusal.len < BUF_SMALL / 2)
		buf_add(&r->refusal, bytes,
		    len < BUF_SMALL / 2 ? len : BUF_SMALL / 2);
	return true;
}

/* --- the end of a lane --------------------------------------------------- */

static bool
is_good(enum attempt_end end)
{
	return end == ATTEMPT_ANSWERED || end == ATTEMPT_BLOCKED;
}

/* Make an end of what the exchange and the task say. ANSWERED stands for an
 * exchange that was complete. */
static enum attempt_end
conclude(struct relay *r, int lane, enum attempt_end end)
{
	const struct lane *l = &r->lanes[lane];
	bool complete = end == ATTEMPT_ANSWERED;

	/* An error's head says it, also if its text stands still; but it may
	 * be the proxy's (gateway/egress.h). */
	if (l->status >= 300 && end != ATTEMPT_OUT_OF_TIME &&
	    end != ATTEMPT_PROXY)
		return ATTEMPT_REFUSED;

	/* Complete is complete, also if the connection then broke. */
	bool open = complete || end == ATTEMPT_CUT || end == ATTEMPT_IDLE ||
	    end == ATTEMPT_OUT_OF_TIME;
	if (!open || l->status == 0)
		return complete ? ATTEMPT_CUT : end;
	struct closing closing =
	    r->task->close(r->task->ctx, lane, r->n_open == 1, &r->out);
	r->outcome = closing.outcome;
	r->again = closing.again;
	r->next = closing.next;
	r->as_error = closing.as_error;
	r->as_fault = closing.fault;
	if (!is_others_fault(r, lane))
		snprintf(r->reason, sizeof(r->reason), "%s",
		    closing.reason ? closing.reason : "");
	return complete || (is_good(closing.end) && !closing.if_complete)
	    ? closing.end
	    : end;
}

/* A lane has come to its end. False if the attempt has. */
static bool
end_lane(struct relay *r, int lane, enum attempt_end end)
{
	struct lane *l = &r->lanes[lane];
	end = conclude(r, lane, end);
	if (!is_good(end))
		return fail_lane(r, lane, end);
	l->complete = l->ready = true;
	if (!is_others_fault(r, lane)) {
		r->end = end;
		buf_reset(&r->why);
	}
	return --r->n_open > 0 && show_together(r);
}

static bool
on_ended(void *ctx, int lane, enum exchange_end end, const char *why)
{
	static const enum attempt_end ends[] = {
	    [EXCHANGE_DONE] = ATTEMPT_ANSWERED,
	    [EXCHANGE_UNREACHABLE] = ATTEMPT_UNREACHABLE,
	    [EXCHANGE_CUT] = ATTEMPT_CUT,
	    [EXCHANGE_PROXY] = ATTEMPT_PROXY,
	};
	struct relay *r = ctx;
	if (is_settled(r, lane))
		return true;
	/* Its body has not come to the end. */
	if (end == EXCHANGE_CUT && r->task->spent != NULL &&
	    r->ports->gone(r->ports->ctx))
		return stop(r, -1, ATTEMPT_CLIENT_GONE);
	if (!is_others_fault(r, lane))
		buf_str(&r->why, why);
	return end_lane(r, lane, ends[end]);
}

/* --- the clock ----------------------------------------------------------- */

/* False if the lane's time is up, and the attempt over with it. */
static bool
is_in_time(struct relay *r, int lane)
{
	const struct relay_policy *policy = r->policy;
	const struct lane *l = &r->lanes[lane];
	int64_t t = relay_now(r);

	if (is_settled(r, lane))
		return true;
	bool over = t - r->started >= policy->total_ms;
	int64_t silent = silent_ms(r, l, t);
	bool too_long =
	    silent >= (l->heard ? policy->idle_ms : policy->first_byte_ms);
	if (!over && !too_long)
		return true;

	/* It would have been longer. How long the client would wait says
	 * nothing of Gemini. */
	if (too_long)
		note(l->heard ? &r->silences.gap_ms : &r->silences.cut_ms,
		    silent);
	return end_lane(r, lane,
	    over           ? ATTEMPT_OUT_OF_TIME
		: l->heard ? ATTEMPT_IDLE
			   : ATTEMPT_NO_FIRST_BYTE);
}

static bool
on_tick(void *ctx)
{
	struct relay *r = ctx;
	if (r->ports->gone(r->ports->ctx))
		return stop(r, -1, ATTEMPT_CLIENT_GONE);
	for (int i = 0; i < r->n_lanes; i++)
		if (!is_in_time(r, i))
			return false;
	relay_heartbeat(r);
	return true;
}

/* --- one attempt --------------------------------------------------------- */

static void
exchange(struct relay *r)
{
	const struct exchange_many_sink sink = {.ctx = r,
	    .header = on_header,
	    .head = on_head,
	    .body = on_body,
	    .ended = on_ended,
	    .tick = on_tick};
	memset(r->lanes, 0, sizeof(r->lanes));
	r->n_open = r->n_lanes;
	r->reason[0] = '\0';
	r->again = r->next = false;
	r->exchange_ms = relay_now(r);
	r->culprit = -1;
	r->end = ATTEMPT_CUT;
	buf_reset(&r->refusal);
	buf_reset(&r->why);
	r->ports->send(r->ports->ctx, r->keys, r->n_lanes, &sink);
}

/* One exchange in each lane, or as many as it takes an answer that goes on. */
enum attempt_end
relay_attempt(struct relay *r)
{
	r->attempts++;
	r->ports->attempt(r->ports->ctx, r->attempts);
	r->attempt_ms = relay_now(r);
	r->silences.first_ms = -1;
	relay_fan_lease(r);
	do
		exchange(r);
	while (r->again && r->end == ATTEMPT_ANSWERED);

	const struct lane *l = &r->lanes[r->culprit < 0 ? 0 : r->culprit];
	r->status = l->status;
	r->heard = l->heard;
	relay_fan_blame(r);
	return r->end;
}
