/* Putting a deed on stage: how a finished answer is delivered. */
#include "stage.h"

#include <json-c/json.h>
#include <string.h>

static uint64_t
stage_us(long long ms)
{
	return ms > 0 ? (uint64_t)ms * 1000 : 0;
}

/* End after so many pieces; the rest of the body is never sent. */
static void
stage_end(struct reply *reply, long long after, enum reply_end end)
{
	/* A whole message of known length cannot stay unended. */
	if (after < 0 || (!reply->streamed && after > 0))
		return;
	reply->end = end;
	reply->good = false;
	if ((size_t)after >= reply->pieces)
		return;
	reply->pieces = (size_t)after;

	/* The length stays announced: only a stream may forget its rest. */
	if (reply->streamed)
		reply->body.len = after > 0 ? reply->ends[after - 1] : 0;
}

void
stage_delivery(const struct deed *deed, struct reply *reply)
{
	reply->drop = deed->close;
	reply->mute = deed->silence && !deed->close;
	reply->reset = deed->reset;
	reply->first_delay = stage_us(deed->first_delay_ms);
	reply->head_delay = stage_us(deed->head_delay_ms);
	reply->piece_delay = stage_us(deed->event_delay_ms);
	reply->chunk_delay = stage_us(deed->chunk_delay_ms);
	if (deed->chunk_bytes > 0)
		reply->chunk = (size_t)deed->chunk_bytes;
	reply->cut = deed->cut_after_bytes;
	stage_end(reply, deed->silence_after_events, REPLY_SILENT);
	stage_end(reply, deed->cut_after_events, REPLY_CUT);
}

void
stage_headers(const struct deed *deed, struct reply *reply)
{
	if (deed->content_type != NULL) {
		buf_empty(&reply->type);
		buf_text(&reply->type, deed->content_type);
	}
	if (deed->headers == NULL)
		return;
	json_object_object_foreach(deed->headers, name, value) buf_printf(
	    &reply->headers, "%s: %s\r\n", name, json_object_get_string(value));
}
