/* Giving out a reply over time: delays, pieces, cuts and silence. */
#include "play.h"

void
play_start(
    struct play *p, const struct reply *r, bool http10, bool keep, uint64_t now)
{
	p->reply = r;
	p->phase = PLAY_START;
	p->http10 = http10;
	p->keep = keep && !(http10 && r->streamed);
	p->sent = 0;
	p->piece = 0;
	p->due = now + r->first_delay;
}

/* Without pauses between the pieces, chunks may lie across their borders. */
static bool
play_glued(const struct reply *r)
{
	return r->chunk > 0 && r->piece_delay == 0;
}

/* Where the run of bytes ends that is to be written next. */
static size_t
play_end(const struct play *p)
{
	const struct reply *r = p->reply;
	size_t end = play_glued(r) ? r->body.len : r->ends[p->piece];

	if (r->chunk > 0 && end - p->sent > r->chunk)
		end = p->sent + r->chunk;
	return end;
}

/* Write one run; a cut may fall into it, after its size has been told. */
static void
play_run(struct play *p, size_t end, struct buf *out)
{
	const struct reply *r = p->reply;
	bool framed = r->streamed && !p->http10;
	size_t size = end - p->sent, there = size;

	if (r->cut >= 0 && (size_t)r->cut - p->sent < there)
		there = (size_t)r->cut - p->sent;
	if (framed && size > 0)
		buf_printf(out, "%zx\r\n", size);
	if (size > 0)
		buf_add(out, r->body.at + p->sent, there);
	if (framed && size > 0 && there == size)
		buf_text(out, "\r\n");
	p->sent += there;
	while (p->piece < r->pieces && r->ends[p->piece] <= p->sent &&
	    there == size)
		p->piece++;
}

/* When the next run is due: counted from when this one was, not from now. */
static void
play_pause(struct play *p, bool piece_over, uint64_t now)
{
	const struct reply *r = p->reply;
	uint64_t delay = r->chunk_delay;

	if (p->piece == r->pieces && r->end == REPLY_COMPLETE)
		return;
	if (piece_over && r->piece_delay > 0)
		delay = r->piece_delay;
	p->due += delay;

	/* After a client that did not read for a while, start afresh. */
	if (p->due + delay < now)
		p->due = now;
}

static enum play_step
play_last(struct play *p, struct buf *out)
{
	enum reply_end end = p->reply->end;

	if (end == REPLY_COMPLETE) {
		if (p->reply->streamed && !p->http10)
			buf_text(out, "0\r\n\r\n");
		p->phase = PLAY_OVER;
		return out->len > 0 ? PLAY_WRITE : PLAY_DONE;
	}
	if (out->len > 0)
		return PLAY_WRITE;
	return end == REPLY_CUT ? PLAY_CUT : PLAY_SILENT;
}

/* The phases that come before the body; false: go on with the body. */
static bool
play_opening(
    struct play *p, uint64_t now, struct buf *out, enum play_step *step)
{
	const struct reply *r = p->reply;

	if (r->drop || r->mute) {
		*step = r->drop ? PLAY_CUT : PLAY_SILENT;
		return true;
	}
	reply_head(r, p->http10, p->keep, out);
	p->phase = PLAY_BODY;
	p->due = now + r->head_delay;
	return false;
}

enum play_step
play_next(struct play *p, uint64_t now, struct buf *out)
{
	const struct reply *r = p->reply;
	enum play_step step;

	for (;;) {
		if (p->phase == PLAY_OVER)
			return PLAY_DONE;
		if (p->due > now)
			return out->len > 0 ? PLAY_WRITE : PLAY_WAIT;
		if (p->phase == PLAY_START) {
			if (play_opening(p, now, out, &step))
				return step;
			continue;
		}
		if (r->cut >= 0 && p->sent >= (size_t)r->cut)
			return out->len > 0 ? PLAY_WRITE : PLAY_CUT;
		if (p->phase == PLAY_LAST)
			return play_last(p, out);

		/* The body: one run, then its pause. */
		if (p->piece < r->pieces) {
			size_t before = p->piece;

			play_run(p, play_end(p), out);
			play_pause(p, p->piece > before, now);
		}
		if (p->piece == r->pieces)
			p->phase = PLAY_LAST;
		else if (r->chunk > 0)
			return PLAY_WRITE;
	}
}
