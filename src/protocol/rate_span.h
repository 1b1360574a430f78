/* Spans as OpenAI's x-ratelimit-reset-* headers have them. */
#ifndef KEYWHEEL_PROTOCOL_RATE_SPAN_H
#define KEYWHEEL_PROTOCOL_RATE_SPAN_H

#include <stdint.h>

#include "base/buf.h"

/* Append it: 120ms, 59s, 6m0s, 23h59m0s; from a second on in whole ones, and
 * never less than it is. What is over is 0s. */
void rate_span_write(struct buf *out, int64_t ms);

#endif
