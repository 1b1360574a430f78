/* Feeding Gemini's text in reads of all sizes. */
#include "golden_call.h"

#include <stdlib.h>
#include <string.h>

static uint32_t
next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

void
golden_call_init(struct golden_call *c, bool array, size_t max)
{
	c->array = array;
	sse_init(&c->sse, max);
	json_array_init(&c->json, max);
}

bool
golden_call_feed(struct golden_call *c, const struct buf *text,
    enum golden_cut cut, uint32_t seed, sse_fn *fn, void *ctx)
{
	/* Each piece is a copy of its own size: a read past it is seen. */
	bool ok = true;
	for (size_t at = 0; at < text->len && ok;) {
		size_t n = text->len - at;
		if (cut == CUT_BYTES)
			n = 1;
		if (cut == CUT_RANDOM && n > 1)
			n = 1 + next_random(&seed) % (n < 40 ? n : 40);
		char *piece = malloc(n);
		memcpy(piece, text->data + at, n);
		ok = c->array ? json_array_feed(&c->json, piece, n, fn, ctx)
			      : sse_feed(&c->sse, piece, n, fn, ctx);
		free(piece);
		at += n;
	}
	return ok;
}

bool
golden_call_end(struct golden_call *c, sse_fn *fn, void *ctx)
{
	bool ok =
	    c->array ? json_array_ended(&c->json) : sse_end(&c->sse, fn, ctx);
	sse_clear(&c->sse);
	json_array_clear(&c->json);
	return ok;
}
