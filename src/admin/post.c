/* Forms: who may post them. */
#include "admin/post.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/post_again.h"
#include "admin/post_parts.h"
#include "admin/visit.h"
#include "base/crypt.h"
#include "base/setting.h"
#include "base/text.h"
#include "base/url.h"
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

static enum post_form
judge_token(struct visit *v, const struct buf *token)
{
	char digits[TIME_DIGITS + 1];
	struct buf real;
	if (token->len != TOKEN_SIZE)
		return POST_FORGED;
	memcpy(digits, token->data, TIME_DIGITS);
	digits[TIME_DIGITS] = '\0';
	int64_t time_s = strtoll(digits, NULL, 16);
	int64_t age_s = v->s->wall_started_ms / 1000 - time_s;
	buf_init(&real, BUF_SMALL);
	write_token(v->s, v->who, time_s, &real);
	bool same = real.len == TOKEN_SIZE &&
	    crypt_is_same(real.data, token->data, TOKEN_SIZE);
	buf_clear(&real);
	if (!same)
		return POST_FORGED;
	return age_s >= 0 && age_s <= GOOD_FOR_S ? POST_FRESH : POST_OLD;
}

enum post_form
post_form(struct visit *v)
{
	struct buf token;
	buf_init(&token, BUF_SMALL);
	enum post_form form =
	    query_get(buf_cstr(&v->fields), POST_TOKEN, &token)
	    ? judge_token(v, &token)
	    : POST_FORGED;
	buf_clear(&token);
	return form;
}

/* `https://host:port` → host:port; NULL if it is no origin. */
static const char *
authority(const char *origin)
{
	const char *slashes = strstr(origin, "://");
	return slashes == NULL ? NULL : slashes + 3;
}

enum post_site
post_site(struct service *s)
{
	const char *site = web_header(s->call, "sec-fetch-site");
	const char *origin = web_header(s->call, "origin");
	if (site != NULL)
		return text_same(site, "same-origin") ? POST_OURS
						      : POST_FOREIGN;
	if (origin == NULL)
		return POST_UNKNOWN;
	/* By plain HTTP browsers do not say more than this. A proxy may have
	 * changed Host; then PUBLIC_URL says where the pages are. */
	const char *here = authority(origin);
	const char *set = settings_text(s->settings, SETTING_ID_PUBLIC_URL);
	return text_same(here, web_header(s->call, "host")) ||
		text_same(origin, set)
	    ? POST_OURS
	    : POST_FOREIGN;
}

static bool
refuse(struct visit *v, int status, const char *title, const char *text)
{
	visit_refuse(v, status, title, text);
	return false;
}

/* As one of the two types of forms. */
static bool
take_body(struct visit *v, struct buf *body)
{
	static const char plain[] = "application/x-www-form-urlencoded";
	const char *type = web_header(v->s->call, "content-type");
	if (!text_starts(type, plain))
		return type != NULL && post_parts_read(type, body, &v->fields);
	buf_move(&v->fields, body);
	return strlen(buf_cstr(&v->fields)) == v->fields.len;
}

bool
post_read(struct visit *v, size_t max)
{
	struct buf body;
	buf_init(&body, BUF_LARGE);
	enum web_body read = web_read_body(v->s->call, max, &body);
	bool ok = read == WEB_BODY_WHOLE && take_body(v, &body);
	buf_clear(&body);
	if (read == WEB_BODY_TOO_LARGE)
		return refuse(
		    v, 413, N_("Too large"), N_("No form is that large."));
	return ok ||
	    refuse(v, 400, N_("Not a form"),
		N_("This is no form of these pages."));
}

bool
post_take(struct visit *v, size_t max)
{
	if (!post_read(v, max))
		return false;
	enum post_site site = post_site(v->s);
	enum post_form form = post_form(v);
	if (site == POST_FOREIGN)
		return refuse(v, 403, N_("Not done"),
		    N_("This form did not stand on a page of keywheel, or a "
		       "proxy between has changed the name of the host; in "
		       "that case set PUBLIC_URL. Nothing was changed."));
	if (form == POST_FRESH)
		return true;
	if (form == POST_FORGED && site != POST_OURS)
		return refuse(v, 403, N_("Not done"),
		    N_("This form does not come from a page that keywheel "
		       "has shown to you. Nothing was changed; load the page "
		       "again and repeat it."));
	post_again(
	    v, 403, web_path(v->s->call), v->query, buf_cstr(&v->fields));
	return false;
}
