/* What goes to Gemini: address, headers, body. */
#include "base/json.h"
#include "gateway/egress.h"
#include "gateway/live_parts.h"
#include "gateway/service.h"
#include "pool/pool_url.h"
#include "web/call.h"

#define MAX_HEADERS 32

/* All headers for Gemini with this key; CUSTOM_HEADERS come last. */
static size_t
write_headers(const struct live *live, const struct lease *key,
    struct exchange_header *headers)
{
	size_t n = 0;
	headers[n++] = (struct exchange_header){"x-goog-api-key", key->secret};
	if (live->body != NULL)
		headers[n++] = (struct exchange_header){"Content-Type",
		    live->body_type ? live->body_type : "application/json"};

	struct json_object *custom =
	    settings_json(live->service->settings, SETTING_ID_CUSTOM_HEADERS);
	if (custom == NULL)
		return n;
	json_object_object_foreach(custom, name, value)
	{
		if (n < MAX_HEADERS)
			headers[n++] = (struct exchange_header){
			    name, json_object_get_string(value)};
	}
	return n;
}

/* The same request in each lane, but for the key. */
void
live_send(void *ctx, const struct lease *const *keys, int n,
    const struct exchange_many_sink *sink)
{
	struct live *live = ctx;
	struct service *s = live->service;
	struct exchange_request requests[EXCHANGE_LANES] = {0};
	struct exchange_header headers[EXCHANGE_LANES][MAX_HEADERS];
	const char *scopes[EXCHANGE_LANES] = {0};
	struct buf urls[EXCHANGE_LANES];

	for (int i = 0; i < n; i++) {
		scopes[i] = keys[i]->scope;
		buf_init(&urls[i], BUF_SMALL);
		pool_url_write(
		    &urls[i], s->settings, keys[i]->pool, live->path);
		requests[i] = (struct exchange_request){
		    .method = live->method,
		    .url = buf_cstr(&urls[i]),
		    .headers = headers[i],
		    .n_headers = write_headers(live, keys[i], headers[i]),
		    .body = live->body,
		    .body_len = live->body_len,
		    .connect_ms = (long)settings_int(
				      s->settings, SETTING_ID_CONNECT_TIMEOUT) *
			1000,
		    .watch_fd = web_watch_fd(s->call),
		};
	}
	const struct egress_way way = {
	    s->egress, s->db, s->upstream, s->request_id};
	egress_run(&way, scopes, requests, n, sink);
	for (int i = 0; i < n; i++)
		buf_clear(&urls[i]);
}
