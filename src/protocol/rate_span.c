/* Spans of x-ratelimit-reset-*. */
#include "protocol/rate_span.h"

#include <inttypes.h>

void
rate_span_write(struct buf *out, int64_t ms)
{
	int64_t s = ms / 1000 + (ms % 1000 > 0);
	if (ms <= 0)
		buf_str(out, "0s");
	else if (ms < 1000)
		buf_fmt(out, "%" PRId64 "ms", ms);
	else if (s < 60)
		buf_fmt(out, "%" PRId64 "s", s);
	else if (s < 3600)
		buf_fmt(out, "%" PRId64 "m%" PRId64 "s", s / 60, s % 60);
	else
		buf_fmt(out, "%" PRId64 "h%" PRId64 "m%" PRId64 "s", s / 3600,
		    s / 60 % 60, s % 60);
}
