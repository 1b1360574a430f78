/* The Cookie header: name=value; name=value. */
#include "web/cookie.h"

#include <string.h>

static void
add_value(struct buf *value, const char *text, size_t len)
{
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	bool quoted = len >= 2 && text[0] == '"' && text[len - 1] == '"';
	buf_add(value, text + quoted, len - 2 * quoted);
}

bool
cookie_get(const char *header, const char *name, struct buf *value)
{
	size_t name_len = strlen(name);
	const char *pair = header == NULL ? "" : header;
	while (*pair != '\0') {
		pair += strspn(pair, "; \t");
		size_t len = strcspn(pair, ";");
		if (len > name_len && pair[name_len] == '=' &&
		    strncmp(pair, name, name_len) == 0) {
			add_value(
			    value, pair + name_len + 1, len - name_len - 1);
			return true;
		}
		pair += len;
	}
	return false;
}
