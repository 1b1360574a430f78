/*
 * A trial whose answer is shown as it comes: events (text/event-stream) for
 * the script of the pages. {"text": …} is what the model said next; {"page":
 * …} at the end is the page as it looks without a script.
 */
#ifndef KEYWHEEL_ADMIN_TRY_STREAM_H
#define KEYWHEEL_ADMIN_TRY_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct service;
struct web_call;

struct try_stream {
	struct service *s;
	struct web_call *call;  /* to the script */
	const struct buf *text; /* the caller's, which grows */
	size_t told;            /* of it */
	struct buf page;
};

/* Does a script want it so? */
bool try_stream_wanted(struct service *s);

void try_stream_begin(
    struct try_stream *t, struct service *s, const struct buf *text);

/* Send what there is more of the text now. False if nobody looks any more.
 * ctx: the struct try_stream. */
bool try_stream_more(void *ctx);

/* Send the page that show() sends, and the end. */
void try_stream_end(struct try_stream *t, void (*show)(void *ctx), void *ctx);

#endif
