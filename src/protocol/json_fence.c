/* Taking the fence off a JSON text. */
#include "protocol/json_fence.h"

#include <stdbool.h>
#include <string.h>

static bool
is_white(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct span
trim(const char *text, struct span s)
{
	while (s.len > 0 && is_white(text[s.from])) {
		s.from++;
		s.len--;
	}
	while (s.len > 0 && is_white(text[s.from + s.len - 1]))
		s.len--;
	return s;
}

struct span
json_fence_strip(const char *text, size_t len)
{
	const struct span all = {0, len};
	struct span s = trim(text, all);
	if (s.len < 6 || memcmp(text + s.from, "```", 3) != 0 ||
	    memcmp(text + s.from + s.len - 3, "```", 3) != 0)
		return all;

	/* The first line holds at most a word such as `json`. */
	const char *start = text + s.from;
	const char *line = memchr(start, '\n', s.len);
	if (line == NULL || memchr(start + 3, '`', (size_t)(line - start - 3)))
		return all;
	struct span inside = {(size_t)(line - text) + 1, 0};
	inside.len = s.from + s.len - 3 - inside.from;

	/* The closing fence has a line of its own and is the only one. */
	if (inside.len == 0 || text[inside.from + inside.len - 1] != '\n' ||
	    memmem(line, inside.len + 1, "\n```", 4) != NULL)
		return all;
	return trim(text, inside);
}
