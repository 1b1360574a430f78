/* data: URLs. */
#include "protocol/data_url.h"

#include <string.h>
#include <strings.h>

#include "base/base64.h"
#include "base/text.h"

static const char scheme[] = "data:";
#define SCHEME_SIZE (sizeof(scheme) - 1)

bool
data_url_is(const char *text, size_t len)
{
	return len >= SCHEME_SIZE &&
	    strncasecmp(text, scheme, SCHEME_SIZE) == 0;
}

/* Is one of the parameters between p and end the word base64? */
static bool
says_base64(const char *p, const char *end)
{
	static const char word[] = "base64";
	while (p < end) {
		p++; /* the semicolon */
		while (p < end && *p == ' ')
			p++;
		const char *next = memchr(p, ';', (size_t)(end - p));
		if (next == NULL)
			next = end;
		size_t len = (size_t)(next - p);
		while (len > 0 && p[len - 1] == ' ')
			len--;
		if (len == sizeof(word) - 1 && strncasecmp(p, word, len) == 0)
			return true;
		p = next;
	}
	return false;
}

bool
data_url_split(const char *text, size_t len, struct data_url *url)
{
	const char *comma =
	    data_url_is(text, len) ? memchr(text, ',', len) : NULL;
	if (comma == NULL)
		return false;

	const char *type = text + SCHEME_SIZE;
	const char *semicolon = memchr(type, ';', (size_t)(comma - type));
	if (semicolon == NULL)
		semicolon = comma;
	*url = (struct data_url){
	    .type = type,
	    .type_len = (size_t)(semicolon - type),
	    .base64 = says_base64(semicolon, comma),
	    .data = comma + 1,
	    .len = len - (size_t)(comma + 1 - text),
	};
	return true;
}

/* Tidy base64 whose + / and = may be written as %XX. */
static bool
tidy(struct buf *out, const struct data_url *url)
{
	if (memchr(url->data, '%', url->len) == NULL)
		return base64_tidy(out, url->data, url->len);
	struct buf plain;
	buf_init(&plain, BUF_LARGE);
	bool ok = text_unescape_url(&plain, url->data, url->len, false) &&
	    buf_ok(&plain) && base64_tidy(out, buf_cstr(&plain), plain.len);
	buf_clear(&plain);
	return ok;
}

/* What is written as it is, but for %XX. */
static bool
encode(struct buf *out, const struct data_url *url)
{
	struct buf bytes;
	buf_init(&bytes, BUF_LARGE);
	bool ok = text_unescape_url(&bytes, url->data, url->len, false) &&
	    buf_ok(&bytes);
	if (ok)
		base64_encode(out, buf_cstr(&bytes), bytes.len);
	buf_clear(&bytes);
	return ok;
}

struct json_object *
data_url_payload(const struct data_url *url, struct json_object *owner,
    uint8_t *head, size_t *head_len)
{
	if (url->len == 0)
		return NULL;
	if (url->base64 && base64_is_plain(url->data, url->len)) {
		*head_len = base64_peek(url->data, url->len, head, *head_len);
		return json_new_view(owner, url->data, url->len);
	}

	struct buf out;
	buf_init(&out, BUF_LARGE);
	struct json_object *payload = NULL;
	bool ok = url->base64 ? tidy(&out, url) : encode(&out, url);
	if (ok && out.len > 0) {
		*head_len =
		    base64_peek(buf_cstr(&out), out.len, head, *head_len);
		payload = json_new_taken(&out);
	}
	buf_clear(&out);
	return payload;
}
