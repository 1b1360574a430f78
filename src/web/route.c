/* Matching paths against the route table. */
#include "web/route.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Match one decoded segment with its pattern, which holds at most one {}. */
static bool
match_segment(const char *pattern, size_t pattern_len, const char *text,
    size_t len, struct buf *capture)
{
	const char *hole = memmem(pattern, pattern_len, "{}", 2);
	if (hole == NULL)
		return len == pattern_len && memcmp(pattern, text, len) == 0;

	size_t before = (size_t)(hole - pattern);
	size_t after = pattern_len - before - 2;
	if (len < before + after + 1 || memcmp(pattern, text, before) != 0 ||
	    memcmp(hole + 2, text + len - after, after) != 0)
		return false;

	/* A colon begins Google's methods: models/{}:generateContent. */
	size_t held = len - before - after;
	if (memchr(text + before, ':', held) != NULL)
		return false;
	buf_add(capture, text + before, held);
	return true;
}

static void
clear_captures(struct route_match *match)
{
	for (int i = 0; i < ROUTE_MAX_CAPTURES; i++)
		buf_reset(&match->capture[i]);
}

/* Can the path not be of that pattern? Most are told by how they begin. */
static bool
begins_otherwise(const char *pattern, const char *path)
{
	while (*pattern == *path && *pattern != '\0')
		pattern++, path++;
	return *pattern != *path && *path != '%' && *path != '\0' &&
	    *pattern != '{' && *pattern != '*';
}

static bool
is_open(const char *pattern)
{
	size_t len = strlen(pattern);
	return len >= 3 && strcmp(pattern + len - 3, "/**") == 0;
}

/* Segment by segment; both begin with a slash. */
static bool
match_path(const char *pattern, const char *path, struct route_match *match)
{
	struct buf text;
	int captures = 0;
	bool ok = true;
	buf_init(&text, BUF_SMALL);
	clear_captures(match);

	while (ok && *pattern == '/' && *path == '/' &&
	    strcmp(pattern, "/**") != 0) {
		size_t pattern_len = strcspn(++pattern, "/");
		size_t len = strcspn(++path, "/");
		bool holed = memmem(pattern, pattern_len, "{}", 2) != NULL;
		buf_reset(&text);
		ok = captures + holed <= ROUTE_MAX_CAPTURES &&
		    text_unescape_url(&text, path, len, false) &&
		    buf_ok(&text) &&
		    match_segment(pattern, pattern_len, buf_cstr(&text),
			text.len,
			&match->capture[captures < ROUTE_MAX_CAPTURES ? captures
								      : 0]);
		captures += holed;
		pattern += pattern_len;
		path += len;
	}
	if (ok && strcmp(pattern, "/**") == 0 && captures < ROUTE_MAX_CAPTURES)
		buf_str(&match->capture[captures], path);
	else
		ok = ok && *pattern == '\0' && *path == '\0';
	buf_clear(&text);
	return ok;
}

/* Note a method that the path would have, once. */
static void
allow(struct route_match *match, const char *method)
{
	size_t len = strlen(match->allow);
	if (strstr(match->allow, method) == NULL)
		snprintf(match->allow + len, sizeof(match->allow) - len, "%s%s",
		    len > 0 ? ", " : "", method);
}

static bool
is_method(const char *pattern, const char *method)
{
	return strcmp(pattern, "*") == 0 ? strcmp(method, "OPTIONS") != 0
					 : strcmp(pattern, method) == 0;
}

void
route_find(const struct route *table, size_t n, const char *method,
    const char *path, struct route_match *match)
{
	memset(match, 0, sizeof(*match));
	for (int i = 0; i < ROUTE_MAX_CAPTURES; i++)
		buf_init(&match->capture[i], BUF_SMALL);
	if (strcmp(method, "HEAD") == 0)
		method = "GET";

	for (size_t i = 0; i < n; i++) {
		if (begins_otherwise(table[i].pattern, path) ||
		    (is_open(table[i].pattern) && *match->allow != '\0') ||
		    !match_path(table[i].pattern, path, match))
			continue;
		if (is_method(table[i].method, method)) {
			match->route = &table[i];
			return;
		}
		if (!is_open(table[i].pattern))
			allow(match, table[i].method);
	}
	clear_captures(match);
}

void
route_match_join(const struct route_match *match, struct buf *out)
{
	for (int i = 0; i < ROUTE_MAX_CAPTURES; i++) {
		if (i > 0 && match->capture[i].len > 0)
			buf_byte(out, '/');
		buf_join(out, &match->capture[i]);
	}
}

void
route_match_clear(struct route_match *match)
{
	for (int i = 0; i < ROUTE_MAX_CAPTURES; i++)
		buf_clear(&match->capture[i]);
}
