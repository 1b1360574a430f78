/* URLs: Gemini's own, public and other ones. */
#include "protocol/media_url.h"

#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/text.h"
#include "base/url.h"

#define GEMINI_HOST "generativelanguage.googleapis.com"

/* The last labels of names that are not for the public (RFC 6761, 6762, 7686,
 * 8375, 9476; ICANN's list of names that collide). */
static const char *const local_domains[] = {"alt", "corp", "home", "home.arpa",
    "internal", "intranet", "invalid", "lan", "local", "localdomain",
    "localhost", "mail", "onion", "private", "test"};

/* Whose films Gemini watches, and how the paths of films begin. */
static const struct {
	const char *host, *path;
} films[] = {
    {"youtu.be", "/"},
    {"youtube.com", "/watch?"},
    {"youtube.com", "/shorts/"},
    {"youtube.com", "/live/"},
    {"youtube.com", "/embed/"},
    {"*.youtube.com", "/watch?"},
    {"*.youtube.com", "/shorts/"},
    {"*.youtube.com", "/live/"},
    {"*.youtube.com", "/embed/"},
};

/* What stands behind files/, or file- in OpenAI's form; NULL if neither is
 * there. */
static const char *
file_id(const char *text)
{
	return strncmp(text, "files/", 6) == 0 ? text + 6
	    : strncmp(text, "file-", 5) == 0   ? text + 5
					       : NULL;
}

static bool
is_file_name(const char *text)
{
	const char *id = file_id(text);
	return id != NULL && *id != '\0' &&
	    strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-_") == strlen(id);
}

static bool
fits(const struct url *url, const char *pattern)
{
	return url_host_fits(pattern, url->host, url->host_len, url->port);
}

static bool
is_film(const struct url *url)
{
	for (size_t i = 0; i < COUNT_OF(films); i++)
		if (fits(url, films[i].host) &&
		    text_starts(url->rest, films[i].path))
			return true;
	return false;
}

/* Does the name end with ".domain"? */
static bool
is_under(const char *host, size_t len, const char *domain)
{
	size_t n = strlen(domain);
	return len > n + 1 && host[len - n - 1] == '.' &&
	    strncasecmp(host + len - n, domain, n) == 0;
}

/* A name with a dot that is in no domain for local use. */
static bool
is_public_name(const char *host, size_t len)
{
	if (url_host_is_address(host, len))
		return false;
	if (len > 0 && host[len - 1] == '.')
		len--;
	for (size_t i = 0; i < COUNT_OF(local_domains); i++)
		if (is_under(host, len, local_domains[i]))
			return false;
	return memchr(host, '.', len) != NULL && host[len - 1] != '.';
}

static bool
is_listed(const struct url *url, struct json_object *hosts)
{
	for (size_t i = 0; i < json_count(hosts); i++)
		if (fits(url, json_object_get_string(json_at(hosts, i))))
			return true;
	return false;
}

enum media_url
media_url_kind(const char *text, struct json_object *hosts)
{
	struct url url;
	if (is_file_name(text))
		return MEDIA_URL_FILE;
	if (!url_split(text, &url))
		return MEDIA_URL_BAD;
	if (fits(&url, GEMINI_HOST) && strstr(url.rest, "/files/") != NULL)
		return MEDIA_URL_FILE;
	if (is_film(&url))
		return MEDIA_URL_YOUTUBE;
	return url.https && is_public_name(url.host, url.host_len) &&
		!is_listed(&url, hosts)
	    ? MEDIA_URL_PUBLIC
	    : MEDIA_URL_FOREIGN;
}

struct json_object *
media_url_for_gemini(const char *text)
{
	struct url url;
	struct buf name;
	buf_init(&name, BUF_LARGE);
	if (url_split(text, &url))
		buf_fmt(&name, "https://%s", url.host);
	else
		buf_fmt(&name, "https://" GEMINI_HOST "/v1beta/files/%s",
		    file_id(text));
	struct json_object *value = json_object_new_string(buf_cstr(&name));
	buf_clear(&name);
	return value;
}
