/* Bodies that are read while they go out. */
#include "gateway/upload_source.h"

#include "web/call.h"

/* At least so many bytes go through in a millisecond; a request may take so
 * much longer. */
#define BYTES_PER_MS 64

static long
read_call(void *ctx, char *bytes, size_t max)
{
	struct upload_source *source = ctx;
	source->begun = true;
	long n = web_read_some(source->call, bytes, max);
	source->at += n > 0 ? n : 0;
	return n;
}

static long
read_part(void *ctx, char *bytes, size_t max)
{
	struct upload_source *source = ctx;
	ssize_t n = form_read_at(source->part, source->at, bytes, max);
	source->at += n > 0 ? n : 0;
	return n;
}

void
upload_source_set(struct live *live, struct upload_source *source)
{
	live->read = source->part == NULL ? read_call : read_part;
	live->read_ctx = source;
	live->read_size = source->part != NULL ? source->part->size
	    : web_body_announced(source->call) ? web_body_size(source->call)
					       : -1;
	live->read_ms =
	    (live->read_size < 0 ? (int64_t)1 << 31 : live->read_size) /
	    BYTES_PER_MS;
}
