/* protocol/sse: the same events, however the bytes are cut. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "protocol/sse.h"

#define EVENT_MAX 4096

/* The events as one text, and whether all was well. */
struct events {
	struct buf text;
	size_t left; /* how many are welcome */
	bool ok;
};

static bool
take_event(void *ctx, const char *data, size_t len)
{
	struct events *e = ctx;
	FUZZ_CHECK(len <= EVENT_MAX);
	buf_fmt(&e->text, "%zu:", len);
	buf_add(&e->text, data, len);
	return e->left-- > 0;
}

static void
parse(struct events *e, struct fuzz_input in, uint32_t seed, size_t left)
{
	struct fuzz_cuts cuts = {seed};
	struct sse_parser parser;
	e->ok = true;
	e->left = left;
	buf_init(&e->text, BUF_LARGE);
	sse_init(&parser, EVENT_MAX);
	while (in.len > 0 && e->ok) {
		size_t n = fuzz_cut(&cuts, in.len);
		char *piece = fuzz_copy(in.p, n);
		e->ok = sse_feed(&parser, piece, n, take_event, e);
		free(piece);
		in.p += n;
		in.len -= n;
	}
	e->ok = e->ok && sse_end(&parser, take_event, e);
	sse_clear(&parser);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};
	uint32_t seed = fuzz_flags(&in);
	size_t left = (seed & 1) != 0 ? 3 : SIZE_MAX;
	struct events whole, cut, bytes;
	parse(&whole, in, 0, left);
	parse(&cut, in, seed | 1, left);
	FUZZ_CHECK(whole.ok == cut.ok && fuzz_same(&whole.text, &cut.text));
	parse(&bytes, in, seed ^ 0x5a5a5a01, left);
	FUZZ_CHECK(whole.ok == bytes.ok && fuzz_same(&whole.text, &bytes.text));
	buf_clear(&whole.text);
	buf_clear(&cut.text);
	buf_clear(&bytes.text);
	return 0;
}
