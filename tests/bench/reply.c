/* HTTP/1.1 responses, piece by piece. */
#include "reply.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void
reply_start(struct reply *r)
{
	*r = (struct reply){.state = REPLY_HEAD};
}

/* If the line is header `name`, its value; else NULL. */
static const char *
value_of(const char *line, const char *name)
{
	size_t len = strlen(name);
	if (strncasecmp(line, name, len) != 0 || line[len] != ':')
		return NULL;
	return line + len + 1 + strspn(line + len + 1, " ");
}

/* The empty line: what comes now? */
static void
end_head(struct reply *r)
{
	if (r->status == 0)
		r->state = REPLY_BROKEN;
	else if (r->chunked)
		r->state = REPLY_SIZE;
	else if (!r->has_length)
		r->state = REPLY_BROKEN;
	else
		r->state = r->left > 0 ? REPLY_FIXED : REPLY_DONE;
}

static void
take_head_line(struct reply *r)
{
	const char *value;
	if (r->line_len == 0) {
		end_head(r);
	} else if (r->status == 0) {
		if (strncmp(r->line, "HTTP/1.", 7) == 0 && r->line_len > 12)
			r->status = (int)strtol(r->line + 9, NULL, 10);
		if (r->status < 100)
			r->state = REPLY_BROKEN;
	} else if ((value = value_of(r->line, "Content-Length")) != NULL) {
		r->left = strtoll(value, NULL, 10);
		r->has_length = true;
	} else if ((value = value_of(r->line, "Transfer-Encoding")) != NULL) {
		r->chunked = strcasecmp(value, "chunked") == 0;
	} else if ((value = value_of(r->line, "Connection")) != NULL) {
		r->close = strcasecmp(value, "close") == 0;
	}
}

static void
take_size_line(struct reply *r)
{
	char *end;
	r->left = strtoll(r->line, &end, 16);
	if (end == r->line || r->left < 0)
		r->state = REPLY_BROKEN;
	else
		r->state = r->left > 0 ? REPLY_CHUNK : REPLY_TAIL;
}

static void
take_line(struct reply *r)
{
	r->line[r->line_len] = '\0';
	switch (r->state) {
	case REPLY_HEAD:
		take_head_line(r);
		break;
	case REPLY_SIZE:
		take_size_line(r);
		break;
	case REPLY_BREAK:
		r->state = r->line_len == 0 ? REPLY_SIZE : REPLY_BROKEN;
		break;
	default:
		/* Trailers end with an empty line. */
		if (r->line_len == 0)
			r->state = REPLY_DONE;
		break;
	}
	r->line_len = 0;
}

/* Collect a line; how many bytes of it were there. */
static size_t
feed_line(struct reply *r, const char *bytes, size_t len)
{
	const char *end = memchr(bytes, '\n', len);
	size_t n = end != NULL ? (size_t)(end - bytes) : len;
	if (r->line_len + n >= sizeof(r->line)) {
		r->state = REPLY_BROKEN;
		return len;
	}
	memcpy(r->line + r->line_len, bytes, n);
	r->line_len += n;
	if (end == NULL)
		return n;
	if (r->line_len > 0 && r->line[r->line_len - 1] == '\r')
		r->line_len--;
	take_line(r);
	return n + 1;
}

static size_t
feed_body(
    struct reply *r, const char *bytes, size_t len, reply_sink *sink, void *ctx)
{
	size_t n = (int64_t)len < r->left ? len : (size_t)r->left;
	sink(ctx, bytes, n);
	r->left -= (int64_t)n;
	if (r->left == 0)
		r->state = r->state == REPLY_FIXED ? REPLY_DONE : REPLY_BREAK;
	return n;
}

void
reply_feed(
    struct reply *r, const char *bytes, size_t len, reply_sink *sink, void *ctx)
{
	while (len > 0 && r->state != REPLY_BROKEN) {
		size_t n = len;
		if (r->state == REPLY_FIXED || r->state == REPLY_CHUNK)
			n = feed_body(r, bytes, len, sink, ctx);
		else if (r->state == REPLY_DONE)
			r->state = REPLY_BROKEN;
		else
			n = feed_line(r, bytes, len);
		bytes += n;
		len -= n;
	}
}
