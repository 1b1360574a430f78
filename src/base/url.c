/* Looking at URLs. */
#include "base/url.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

#define DIGITS "0123456789"
#define AUTHORITY_MAX 255

/* The size of the host at p, or 0. */
static size_t
host_size(const char *p)
{
	if (*p != '[')
		return strcspn(p, ":/?#@[]\\\"<>% \t\r\n\v\f");
	size_t size = 1 + strspn(p + 1, "0123456789abcdefABCDEF:.");
	return size < 3 || p[size] != ']' ? 0 : size + 1;
}

/* The port between p and end; -1 if that is none. */
static int
read_port(const char *p, size_t len)
{
	char digits[8] = "";
	int64_t port;
	if (len >= sizeof(digits) || strspn(p, DIGITS) < len)
		return -1;
	memcpy(digits, p, len);
	return text_to_int(digits, 1, 65535, &port) ? (int)port : -1;
}

bool
url_split(const char *text, struct url *url)
{
	*url = (struct url){.https = text_starts(text, "https://")};
	if (!url->https && !text_starts(text, "http://"))
		return false;
	url->host = text + strlen(url->https ? "https://" : "http://");
	url->host_len = host_size(url->host);
	url->port = url->https ? 443 : 80;
	url->rest = url->host + url->host_len;
	if (*url->rest == ':') {
		size_t len = strcspn(++url->rest, "/?#");
		url->port = read_port(url->rest, len);
		url->rest += len;
	}
	return url->host_len > 0 && url->port > 0 &&
	    (*url->rest == '\0' || strchr("/?#", *url->rest) != NULL);
}

const char *
url_rest(const char *text)
{
	struct url url;
	return url_split(text, &url) ? url.rest : NULL;
}

void
url_escape(struct buf *out, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~";
	for (; *text != '\0'; text++) {
		if (strchr(plain, *text) != NULL)
			buf_byte(out, *text);
		else
			buf_fmt(out, "%%%02X", (unsigned char)*text);
	}
}

bool
url_is_authority(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789.-_:[]";
	size_t host = text == NULL ? 0 : host_size(text);
	if (host == 0 || strlen(text) > AUTHORITY_MAX ||
	    strspn(text, letters) < strlen(text))
		return false;
	const char *port = text + host;
	return *port == '\0' ||
	    (*port == ':' && read_port(port + 1, strlen(port + 1)) > 0);
}

bool
url_host_is_address(const char *host, size_t host_len)
{
	size_t last = host_len;
	if (last > 0 && host[last - 1] == '.')
		last--;
	while (last > 0 && host[last - 1] != '.')
		last--;
	return last < host_len &&
	    (host[0] == '[' || strchr(DIGITS, host[last]) != NULL);
}

bool
url_host_fits(const char *pattern, const char *host, size_t host_len, int port)
{
	bool any = strncmp(pattern, "*.", 2) == 0;
	if (any)
		pattern++;

	/* A colon may be part of an IPv6 address. */
	size_t len = pattern[0] == '[' ? strcspn(pattern, "]") : 0;
	len += strcspn(pattern + len, ":");
	if (pattern[len] == ':' &&
	    read_port(pattern + len + 1, strlen(pattern + len + 1)) != port)
		return false;
	if (any ? host_len <= len || url_host_is_address(host, host_len)
		: host_len != len)
		return false;
	return strncasecmp(host + host_len - len, pattern, len) == 0;
}
