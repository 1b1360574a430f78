/* Reading the URLs of egress proxies. */
#include "base/proxy_url.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/crypt.h"
#include "base/text.h"
#include "base/url.h"

static const struct {
	const char *name;
	int port;
} schemes[] = {
    {"http", 80}, {"https", 443}, {"socks5", 1080}, {"socks5h", 1080}};

/* The scheme that a text begins with, -1 if none; *rest is what stands behind
 * its two slashes. */
static int
find_scheme(const char *text, const char **rest)
{
	for (size_t i = 0; i < COUNT_OF(schemes); i++) {
		size_t len = strlen(schemes[i].name);
		*rest = text + len + 3;
		if (text_starts(text, schemes[i].name) &&
		    strncmp(text + len, "://", 3) == 0)
			return (int)i;
	}
	return -1;
}

/* What a client sends as user or password: no control characters, and not
 * more than SOCKS has room for. NULL if it is none. */
static char *
decode(const char *text, size_t len)
{
	struct buf out;
	buf_init(&out, PROXY_URL_WORD);
	if (!text_unescape_url(&out, text, len, false))
		buf_fail(&out);
	for (size_t i = 0; i < out.len; i++)
		if ((unsigned char)out.data[i] < ' ' || out.data[i] == 0x7f) {
			buf_fail(&out);
			break;
		}
	char *word = buf_take(&out);
	buf_clear(&out);
	return word;
}

/* user[:password], up to the @. */
static const char *
read_userinfo(struct proxy_url *p, const char *text, size_t len)
{
	const char *colon = memchr(text, ':', len);
	size_t user = colon == NULL ? len : (size_t)(colon - text);
	if (user == 0)
		return "has an empty user";
	p->user = decode(text, user);
	if (colon != NULL)
		p->password = decode(colon + 1, len - user - 1);
	if (p->user == NULL || (colon != NULL && p->password == NULL))
		return "has a user or password that is not percent-encoded, "
		       "holds control characters or is longer than 255 bytes";
	/* The colon is what ends the user in Proxy-Authorization. */
	if (strchr(p->user, ':') != NULL)
		return "has a user with a colon in it";
	return NULL;
}

/* host[:port][/] */
static const char *
read_host(struct proxy_url *p, int scheme, const char *text)
{
	struct buf url;
	struct url parts;
	const char *why = NULL;
	buf_init(&url, BUF_SMALL);
	buf_fmt(&url, "http://%s", text);
	if (!url_split(buf_cstr(&url), &parts))
		why = "has no host, or a port that is none; in a user or "
		      "password / is written %2F, ? %3F and # %23";
	else if (strcmp(parts.rest, "") != 0 && strcmp(parts.rest, "/") != 0)
		why = "has something behind its host and port";
	else {
		bool told = parts.rest > parts.host + parts.host_len;
		struct buf name;
		buf_init(&name, BUF_SMALL);
		buf_fmt(&name, "%s://%.*s:%d", schemes[scheme].name,
		    (int)parts.host_len, parts.host,
		    told ? parts.port : schemes[scheme].port);
		p->name = buf_take(&name);
		buf_clear(&name);
		if (p->name == NULL)
			why = "is too long";
	}
	buf_clear(&url);
	return why;
}

bool
proxy_url_read(struct proxy_url *p, const char *text, const char **why)
{
	const char *rest;
	int scheme = find_scheme(text, &rest);
	*p = (struct proxy_url){0};
	*why = "does not begin with http://, https://, socks5:// or socks5h://";
	if (scheme < 0)
		return false;

	/* An @ may also stand in a password. */
	size_t len = strcspn(rest, "/?#");
	const char *at = memrchr(rest, '@', len);
	*why = at == NULL ? NULL : read_userinfo(p, rest, (size_t)(at - rest));
	if (*why == NULL)
		*why = read_host(p, scheme, at == NULL ? rest : at + 1);
	return *why == NULL;
}

static void
wipe(char **secret)
{
	if (*secret != NULL)
		crypt_wipe(*secret, strlen(*secret));
	free(*secret);
	*secret = NULL;
}

void
proxy_url_clear(struct proxy_url *p)
{
	wipe(&p->user);
	wipe(&p->password);
	free(p->name);
	p->name = NULL;
}
