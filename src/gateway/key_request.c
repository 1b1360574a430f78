/* A request to Gemini: address, headers, body. */
#include "gateway/key_request.h"

#include "base/crypt.h"
#include "base/json.h"
#include "base/setting.h"
#include "pool/pool_url.h"

/* The request's own, the key's, the body's, and then CUSTOM_HEADERS; how
 * many. */
static size_t
write_headers(struct key_request *r, const struct settings *settings)
{
	struct json_object *custom =
	    settings_json(settings, SETTING_ID_CUSTOM_HEADERS);
	size_t n = 0;
	while (n < r->n_more && n < KEY_REQUEST_HEADERS / 2) {
		r->headers[n] = r->more[n];
		n++;
	}
	r->headers[n++] = r->bearer
	    ? (struct exchange_header){"Authorization",
		  buf_cstr(&r->bearer_key)}
	    : (struct exchange_header){"x-goog-api-key", r->secret};
	if (r->body != NULL || r->read != NULL)
		r->headers[n++] = (struct exchange_header){"Content-Type",
		    r->body_type ? r->body_type : "application/json"};
	if (custom == NULL)
		return n;
	json_object_object_foreach(custom, name, value)
	{
		if (n < KEY_REQUEST_HEADERS)
			r->headers[n++] = (struct exchange_header){
			    name, json_object_get_string(value)};
	}
	return n;
}

struct exchange_request
key_request_write(struct key_request *r, const struct settings *settings)
{
	buf_init(&r->url, BUF_SMALL);
	buf_init(&r->bearer_key, BUF_SMALL);
	pool_url_write(&r->url, settings, r->pool, r->version, r->path);
	if (r->bearer)
		buf_fmt(&r->bearer_key, "Bearer %s", r->secret);
	return (struct exchange_request){
	    .method = r->method,
	    .url = buf_cstr(&r->url),
	    .headers = r->headers,
	    .n_headers = write_headers(r, settings),
	    .body = r->body,
	    .body_len = r->body_len,
	    .read = r->read,
	    .read_ctx = r->read_ctx,
	    .read_size = r->read_size,
	    .connect_ms =
		1000 * (long)settings_int(settings, SETTING_ID_CONNECT_TIMEOUT),
	    .fresh = r->fresh,
	    .watch_fd = r->watch_fd,
	};
}

void
key_request_clear(struct key_request *r)
{
	if (r->bearer_key.data != NULL)
		crypt_wipe(r->bearer_key.data, r->bearer_key.len);
	buf_clear(&r->bearer_key);
	buf_clear(&r->url);
}
