/* Forms: who may post them. */
#include "admin/post.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/page.h"
#include "base/text.h"
#include "gateway/service.h"
#include "web/call.h"
#include "web/query.h"

#define GOOD_FOR_S 3600

/* Its time in hex, and the keyed hash of it and of who it is for. */
#define TIME_DIGITS 16
#define TOKEN_SIZE (TIME_DIGITS + 2 * CRYPT_HASH_SIZE)

static void
write_token(struct service *s, const uint8_t who[CRYPT_HASH_SIZE],
    int64_t time_s, struct buf *out)
{
	char text[CRYPT_HASH_SIZE + 64];
	uint8_t hash[CRYPT_HASH_SIZE];
	memcpy(text, who, CRYPT_HASH_SIZE);
	int len =
	    snprintf(text + CRYPT_HASH_SIZE, sizeof(text) - CRYPT_HASH_SIZE,
		"keywheel form %lld", (long long)time_s);
	crypt_hash(&s->master, text, CRYPT_HASH_SIZE + (size_t)len, hash);
	buf_fmt(out, "%016llx", (unsigned long long)time_s);
	text_hex(out, hash, sizeof(hash));
}

void
post_token(
    struct service *s, const uint8_t who[CRYPT_HASH_SIZE], struct buf *out)
{
	write_token(s, who, s->wall_started_ms / 1000, out);
}

/* Takes as long wherever they differ. */
static bool
is_same(const char *a, const char *b, size_t len)
{
	unsigned char differs = 0;
	for (size_t i = 0; i < len; i++)
		differs |= (unsigned char)(a[i] ^ b[i]);
	return differs == 0;
}

static bool
is_token(struct service *s, const uint8_t who[CRYPT_HASH_SIZE],
    const struct buf *token)
{
	char digits[TIME_DIGITS + 1];
	struct buf real;
	if (token->len != TOKEN_SIZE)
		return false;
	memcpy(digits, token->data, TIME_DIGITS);
	digits[TIME_DIGITS] = '\0';
	int64_t time_s = strtoll(digits, NULL, 16);
	int64_t age_s = s->wall_started_ms / 1000 - time_s;
	buf_init(&real, BUF_SMALL);
	write_token(s, who, time_s, &real);
	bool same = real.len == TOKEN_SIZE &&
	    is_same(real.data, token->data, TOKEN_SIZE);
	buf_clear(&real);
	return same && age_s >= 0 && age_s <= GOOD_FOR_S;
}

/* Browsers say where a form stood; what is no browser says nothing. */
static bool
is_of_our_site(struct service *s)
{
	const char *site = web_header(s->call, "sec-fetch-site");
	return site == NULL || text_same(site, "same-origin");
}

static bool
refuse(struct service *s, int status, const char *title, const char *text)
{
	page_refuse(s, status, title, text);
	return false;
}

bool
post_take(struct service *s, const uint8_t who[CRYPT_HASH_SIZE], size_t max,
    struct buf *fields)
{
	static const char type[] = "application/x-www-form-urlencoded";
	struct buf token;
	enum web_body body = web_read_body(s->call, max, fields);
	if (body == WEB_BODY_TOO_LARGE)
		return refuse(s, 413, "Too large", "No form is that large.");
	if (body != WEB_BODY_WHOLE ||
	    !text_starts(web_header(s->call, "content-type"), type) ||
	    strlen(buf_cstr(fields)) != fields->len)
		return refuse(
		    s, 400, "Not a form", "This is no form of these pages.");
	buf_init(&token, BUF_SMALL);
	bool ours = query_get(buf_cstr(fields), POST_TOKEN, &token) &&
	    is_token(s, who, &token) && is_of_our_site(s);
	buf_clear(&token);
	return ours ||
	    refuse(s, 403, "Not done",
		"The form was too old, or came from another site. Nothing "
		"was changed; load the page again and repeat it.");
}
