/* Stepping in between a reader and its sink, to cut texts into pieces. */
#include "protocol/pacer.h"

#include <stdlib.h>
#include <string.h>

/* The room doubles whenever it is a power of two and full. */
static void
add_mark(struct pacer *p, int64_t delay_us)
{
	if (p->n >= PACER_MARKS_MAX)
		return;
	if ((p->n & (p->n - 1)) == 0) {
		size_t room = p->n == 0 ? 1 : 2 * p->n;
		struct pace_mark *marks =
		    realloc(p->marks, room * sizeof(*marks));
		if (marks == NULL)
			return;
		p->marks = marks;
	}
	p->marks[p->n++] = (struct pace_mark){p->out->len, delay_us};
}

static void
give_piece(void *ctx, const char *piece, size_t len, int64_t delay_us)
{
	struct pacer *p = ctx;
	struct delta d = *p->delta;
	d.text = piece;
	d.len = len;
	size_t before = p->out->len;
	p->sink(p->ctx, &d);
	/* What the client does not get takes no time. */
	if (p->out->len > before)
		add_mark(p, delay_us);
}

/* The reader's sink, in place of the form's. */
static void
take_delta(void *ctx, const struct delta *d)
{
	struct pacer *p = ctx;
	bool text = d->kind == DELTA_TEXT || d->kind == DELTA_THOUGHT;
	if (!text || p->n >= PACER_MARKS_MAX) {
		p->sink(p->ctx, d);
		return;
	}
	p->delta = d;
	text_pieces(&p->pace, d->text, d->len,
	    &p->in_url[d->choice][d->kind == DELTA_THOUGHT], give_piece, p);
	p->delta = NULL;
}

void
pacer_attach(
    struct pacer *p, struct gemini_reader *r, const struct text_pace *pace)
{
	if (r->sink == take_delta)
		return;
	p->pace = *pace;
	p->sink = r->sink;
	p->ctx = r->ctx;
	r->sink = take_delta;
	r->ctx = p;
}

void
pacer_clear(struct pacer *p)
{
	free(p->marks);
	*p = (struct pacer){0};
}

void
pacer_begin(struct pacer *p, const struct buf *out)
{
	p->out = out;
	p->n = 0;
}

void
pacer_restart(struct pacer *p)
{
	p->n = 0;
	memset(p->in_url, 0, sizeof(p->in_url));
}
