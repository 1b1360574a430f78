/* What goes to Gemini. */
#include "gateway/egress.h"
#include "gateway/key_request.h"
#include "gateway/live_parts.h"
#include "gateway/service.h"
#include "web/call.h"

/* The same request in each lane, but for the key. */
void
live_send(void *ctx, const struct lease *const *keys, int n,
    const struct exchange_many_sink *sink)
{
	struct live *live = ctx;
	struct service *s = live->service;
	struct key_request made[EXCHANGE_LANES];
	struct exchange_request requests[EXCHANGE_LANES];
	const char *scopes[EXCHANGE_LANES] = {0};

	for (int i = 0; i < n; i++) {
		scopes[i] = keys[i]->scope;
		made[i] = (struct key_request){
		    .pool = keys[i]->pool,
		    .secret = keys[i]->secret,
		    .method = live->method,
		    .path = live->path,
		    .version = live->version,
		    .bearer = live->bearer,
		    .fresh = live->task->once,
		    .body = live->body,
		    .body_len = live->body_len,
		    .read = live->read,
		    .read_ctx = live->read_ctx,
		    .read_size = live->read_size,
		    .body_type = live->body_type,
		    .more = live->headers,
		    .n_more = live->n_headers,
		    .watch_fd = web_watch_fd(s->call),
		};
		requests[i] = key_request_write(&made[i], s->settings);
	}
	const struct egress_way way = {
	    s->egress, s->db, s->upstream, s->request_id};
	egress_run(&way, scopes, requests, n, sink);
	for (int i = 0; i < n; i++)
		key_request_clear(&made[i]);
}
