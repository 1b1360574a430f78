/* Looking at URLs. */
#include "base/url.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

#define DIGITS "0123456789"

/* The size of "host" or "host:port" at p, or 0. */
static size_t
authority_size(const char *p)
{
	size_t host = 0;
	if (*p == '[') {
		host = 1 + strspn(p + 1, "0123456789abcdefABCDEF:.");
		if (host < 3 || p[host] != ']')
			return 0;
		host++;
	} else
		host = strcspn(p, ":/?#@[]\\\"<>% \t\r\n\v\f");
	if (host == 0 || p[host] != ':')
		return host;

	char port[8] = "";
	size_t digits = strspn(p + host + 1, DIGITS);
	int64_t number;
	if (digits >= sizeof(port))
		return 0;
	memcpy(port, p + host + 1, digits);
	return text_to_int(port, 1, 65535, &number) ? host + 1 + digits : 0;
}

const char *
url_rest(const char *url)
{
	size_t scheme = 0;
	if (text_starts(url, "https://"))
		scheme = strlen("https://");
	else if (text_starts(url, "http://"))
		scheme = strlen("http://");
	size_t host = scheme > 0 ? authority_size(url + scheme) : 0;
	if (host == 0)
		return NULL;
	const char *rest = url + scheme + host;
	return *rest == '\0' || strchr("/?#", *rest) != NULL ? rest : NULL;
}
