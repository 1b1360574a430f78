/* Targets of requests. */
#include "web/target.h"

#include <stdbool.h>
#include <string.h>

#include "base/attr.h"
#include "base/text.h"

/* The path in an absolute target too, as a proxy would be asked. */
static const char *
skip_host(const char *uri)
{
	if (uri == NULL)
		return "/";
	if (!text_starts(uri, "http://") && !text_starts(uri, "https://"))
		return uri;
	uri = strchr(strstr(uri, "//") + 2, '/');
	return uri == NULL ? "/" : uri;
}

/* It stands in links and in redirects: only what needs no escape there, and
 * nothing that a browser takes for another host. */
static bool
is_plain(const char *script)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~/";
	return script[0] == '/' && script[1] != '/' &&
	    script[strspn(script, plain)] == '\0';
}

static bool
is_program(const char *script)
{
	static const char *const endings[] = {".fcgi", ".cgi"};
	size_t len = strlen(script);
	for (size_t i = 0; i < COUNT_OF(endings); i++) {
		size_t n = strlen(endings[i]);
		if (len > n && strcmp(script + len - n, endings[i]) == 0)
			return true;
	}
	return false;
}

/* How much of the path is the base: all of script, or its folder, whichever
 * the path begins with. */
static size_t
base_of(const char *path, size_t len, const char *script)
{
	if (script == NULL || !is_program(script) || !is_plain(script))
		return 0;
	const size_t ends[] = {
	    strlen(script), (size_t)(strrchr(script, '/') - script)};
	for (size_t i = 0; i < COUNT_OF(ends); i++)
		if (len >= ends[i] && strncmp(path, script, ends[i]) == 0 &&
		    (len == ends[i] || path[ends[i]] == '/'))
			return ends[i];
	return 0;
}

void
target_read(
    const char *uri, const char *script, struct buf *base, struct buf *path)
{
	const char *target = skip_host(uri);
	size_t len = strcspn(target, "?#");
	size_t n = base_of(target, len, script);
	buf_reset(base);
	buf_reset(path);
	buf_add(base, target, n);
	if (n == len)
		buf_byte(path, '/');
	else
		buf_add(path, target + n, len - n);
}
