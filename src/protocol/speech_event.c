/* Speech as SSE. */
#include "protocol/speech_event.h"

#include <inttypes.h>

#include "base/base64.h"

void
speech_event_delta(struct buf *out, const void *bytes, size_t len)
{
	buf_str(out, "data: {\"type\":\"speech.audio.delta\",\"audio\":\"");
	base64_encode(out, bytes, len);
	buf_str(out, "\"}\n\n");
}

void
speech_event_done(struct buf *out, const struct usage *usage)
{
	int64_t output = usage->answer + usage->thought;
	buf_fmt(out,
	    "data: {\"type\":\"speech.audio.done\",\"usage\":{"
	    "\"input_tokens\":%" PRId64 ",\"output_tokens\":%" PRId64
	    ",\"total_tokens\":%" PRId64 "}}\n\n",
	    usage->prompt, output, usage->prompt + output);
}
