/* HTTP/1.1 responses, piece by piece. */
#ifndef BENCH_REPLY_H
#define BENCH_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REPLY_LINE_MAX 1024

enum reply_state {
	REPLY_HEAD,   /* status line and headers */
	REPLY_FIXED,  /* a body of known length */
	REPLY_SIZE,   /* the line with a chunk's size */
	REPLY_CHUNK,  /* a chunk */
	REPLY_BREAK,  /* the line end behind it */
	REPLY_TAIL,   /* what follows the last chunk */
	REPLY_DONE,   /* complete */
	REPLY_BROKEN, /* no HTTP, or more than was announced */
};

/* Takes a piece of the body. */
typedef void reply_sink(void *ctx, const char *bytes, size_t len);

struct reply {
	enum reply_state state;
	int status;
	bool close; /* the server ends the connection after this one */
	bool chunked;
	bool has_length;
	int64_t left; /* of the body or the chunk */
	char line[REPLY_LINE_MAX];
	size_t line_len;
};

void reply_start(struct reply *r);

/* Take the next bytes of the connection. */
void reply_feed(struct reply *r, const char *bytes, size_t len,
    reply_sink *sink, void *ctx);

#endif
