/* Links below a folder. */
#include "admin/links.h"

#include <stdbool.h>
#include <string.h>

#include "base/attr.h"

/* Does the attribute end here, whose value begins with a path? formaction ends
 * as action does. */
static bool
is_link(const char *begin, const char *slash)
{
	static const char *const names[] = {"href=\"", "action=\"", "src=\""};
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		size_t len = strlen(names[i]);
		if ((size_t)(slash - begin) > len &&
		    strncmp(slash - len, names[i], len) == 0)
			return true;
	}
	return false;
}

void
links_below(const char *base, const struct buf *page, struct buf *out)
{
	const char *begin = buf_cstr(page), *from = begin, *at = begin;
	while ((at = strstr(at, "\"/")) != NULL) {
		at++;
		if (!is_link(begin, at))
			continue;
		buf_add(out, from, (size_t)(at - from));
		buf_str(out, base);
		from = at;
	}
	buf_str(out, from);
}
