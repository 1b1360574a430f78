/* The relay's sense of time towards the client: pieces at their pace, signs
 * of life while there is nothing to send. */
#include "gateway/relay_parts.h"

/* --- pieces -------------------------------------------------------------- */

/* Wait until the next piece is due, but never into the last tenth of the
 * request's time: what is there is sent while it can be. False if the client
 * has left. */
static bool
wait_until_due(struct relay *r)
{
	const struct relay_ports *p = r->ports;
	int64_t total = r->policy->total_ms;
	int64_t latest = r->started + total - total / 10;
	int64_t due = r->due_us / 1000;
	int64_t now = relay_now(r);
	if (due > latest)
		due = latest;
	if (due <= now)
		return true;
	p->pause(p->ctx, (int)(due - now));
	return !p->gone(p->ctx);
}

static bool
write_bytes(struct relay *r, size_t from, size_t to)
{
	const struct relay_ports *p = r->ports;
	return from == to || p->write(p->ctx, r->out.data + from, to - from);
}

/*
 * A piece is due when the one before has stood for its time, or at once if
 * that was over when it came: where Gemini is slower than the pace nothing
 * is delayed, and what went out late does not make the next one late.
 */
bool
relay_write(struct relay *r)
{
	const struct pace_mark *marks = NULL;
	size_t n = 0, at = 0;
	if (r->task->marks != NULL)
		n = r->task->marks(r->task->ctx, &marks);

	int64_t came_us = relay_now(r) * 1000;
	if (r->due_us < came_us)
		r->due_us = came_us;
	bool there = true;
	for (size_t i = 0; i < n && there; i++) {
		there = wait_until_due(r) && write_bytes(r, at, marks[i].end);
		at = marks[i].end;
		r->due_us += marks[i].delay_us;
	}
	there = there && write_bytes(r, at, r->out.len);

	/* Gemini is not to blame for the time that this took. */
	r->client_ms = r->upstream_ms = relay_now(r);
	buf_reset(&r->out);
	return there;
}

/* --- signs of life ------------------------------------------------------- */

/* A comment that keeps connections alive while a model thinks. */
void
relay_heartbeat(struct relay *r)
{
	const struct relay_ports *p = r->ports;
	if (!r->task->heartbeats ||
	    relay_now(r) - r->client_ms < r->policy->heartbeat_ms)
		return;
	if (!r->committed)
		p->commit(p->ctx, false, 0);
	r->committed = true;
	p->write(p->ctx, ": keep-alive\n\n", 14);
	r->client_ms = relay_now(r);
}

void
relay_wait(struct relay *r, int ms)
{
	const struct relay_ports *p = r->ports;
	int64_t end = relay_now(r) + ms, now;
	while ((now = relay_now(r)) < end && !p->gone(p->ctx)) {
		relay_heartbeat(r);
		int64_t until = r->client_ms + r->policy->heartbeat_ms;
		if (!r->task->heartbeats || until > end)
			until = end;
		p->pause(p->ctx, (int)(until - now));
	}
}
