/* The pictures of a conversation, on an image host. */
#include "base/clock.h"
#include "gateway/converse_parts.h"
#include "gateway/picture_host.h"
#include "gateway/service.h"

bool
converse_put_picture(void *ctx, const char *mime, const char *base64,
    size_t len, struct buf *url)
{
	struct converse *c = ctx;
	struct service *s = c->service;
	if (!picture_host_in_chat(s->settings))
		return false;
	/* What is left after that is for the answer, with or without it. */
	int64_t left =
	    c->live.started_ms + c->live.policy.total_ms - clock_mono_ms();
	return picture_host_put(s, mime, base64, len, left / 2, url);
}
