/* Reading cookies. */
#include "web/cookie.h"

#include <string.h>

const char *
cookie_next(const char **header, const char *name, size_t *len)
{
	size_t n = strlen(name);
	while (**header != '\0') {
		const char *pair = *header + strspn(*header, " \t;");
		size_t size = strcspn(pair, ";");
		*header = pair + size;
		if (size <= n || strncmp(pair, name, n) != 0 || pair[n] != '=')
			continue;
		pair += n + 1;
		*len = size - n - 1;
		while (*len > 0 && strchr(" \t", pair[*len - 1]) != NULL)
			(*len)--;
		return pair;
	}
	return NULL;
}

bool
cookie_get(const char *header, const char *name, struct buf *value)
{
	size_t len;
	const char *text =
	    header == NULL ? NULL : cookie_next(&header, name, &len);
	if (text == NULL)
		return false;
	bool quoted = len >= 2 && text[0] == '"' && text[len - 1] == '"';
	buf_add(value, text + quoted, len - 2 * (size_t)quoted);
	return true;
}
