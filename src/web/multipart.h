/*
 * Reading multipart/form-data (RFC 7578) piece by piece, as it arrives: no
 * more is held than a part's head and the length of a boundary.
 */
#ifndef KEYWHEEL_WEB_MULTIPART_H
#define KEYWHEEL_WEB_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"

/* RFC 2046, section 5.1.1: a boundary has 70 characters at most. */
#define MULTIPART_MAX_BOUNDARY 70

/* A part's head may have so many bytes. */
#define MULTIPART_MAX_HEAD ((size_t)8 * 1024)

/* Who takes the parts. A false stops the reading. */
struct multipart_sink {
	void *ctx;
	/* filename: NULL if the part is no file; type: its Content-Type, ""
	 * if it says none. All are borrowed, and hold no control characters. */
	bool (*begin)(void *ctx, const char *name, const char *filename,
	    const char *type);
	bool (*data)(void *ctx, const char *bytes, size_t len);
	bool (*end)(void *ctx);
};

enum multipart_state {
	MULTIPART_GOING,
	MULTIPART_DONE,    /* the last boundary has come; the rest is void */
	MULTIPART_STOPPED, /* by the sink */
	MULTIPART_BROKEN,  /* it is not multipart/form-data */
};

struct multipart {
	/* private */
	struct multipart_sink sink;
	enum multipart_state state;
	enum { PREAMBLE, AFTER_BOUNDARY, HEAD, AFTER_HEAD, CONTENT } place;
	char mark[MULTIPART_MAX_BOUNDARY + 5]; /* CR LF - - boundary */
	size_t mark_len;
	struct buf window; /* bytes that have not been dealt with */
};

/* Start with a request's Content-Type. False if that is not
 * multipart/form-data with a boundary. Clear it in any case. */
MUSTCHECK bool multipart_init(struct multipart *m, const char *content_type,
    const struct multipart_sink *sink);

/* The next piece. Anything but MULTIPART_GOING is the end of it; so is
 * MULTIPART_GOING, as a failure, when no more pieces come. */
enum multipart_state multipart_feed(
    struct multipart *m, const char *bytes, size_t len);

void multipart_clear(struct multipart *m);

#endif
