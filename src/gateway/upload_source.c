/* Bodies that are read while they go out. */
#include "gateway/upload_source.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

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
	const struct form_part *part = source->part;
	size_t left = (size_t)(part->size - source->at);
	size_t want = left < max ? left : max;
	ssize_t n = (ssize_t)want;
	if (part->fd < 0)
		memcpy(bytes, part->text.data + source->at, want);
	else
		do
			n = pread(part->fd, bytes, want, source->at);
		while (n < 0 && errno == EINTR);
	/* A file that is shorter than it was cannot be sent whole. */
	if (n <= 0)
		return left == 0 ? 0 : -1;
	source->at += n;
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
