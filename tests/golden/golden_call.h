/* One call's answer on its way: Gemini's text, cut into reads as a network
 * may cut it, and taken apart into events. */
#ifndef KEYWHEEL_TESTS_GOLDEN_CALL_H
#define KEYWHEEL_TESTS_GOLDEN_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "protocol/json_array.h"
#include "protocol/sse.h"

/* How the text is cut into reads. */
enum golden_cut { CUT_NONE, CUT_BYTES, CUT_RANDOM };

struct golden_call {
	bool array; /* a JSON array and no SSE */
	struct sse_parser sse;
	struct json_array json;
};

/* max: ceiling for one event in bytes. */
void golden_call_init(struct golden_call *c, bool array, size_t max);

/* Feed the text; seed: of the random cuts. False if it is not understood, or
 * fn said no. */
bool golden_call_feed(struct golden_call *c, const struct buf *text,
    enum golden_cut cut, uint32_t seed, sse_fn *fn, void *ctx);

/* No more will come; the call is cleared. False if something is missing. */
bool golden_call_end(struct golden_call *c, sse_fn *fn, void *ctx);

#endif
