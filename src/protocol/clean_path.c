/* Paths without tricks. */
#include "protocol/clean_path.h"

#include <string.h>

#include "base/text.h"

/* What a path may hold without being encoded (RFC 3986). */
static bool
is_plain(char c)
{
	static const char marks[] = "-._~!$&'()*+,;=:@";
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c != '\0' && strchr(marks, c) != NULL);
}

/* One segment, decoded. */
static bool
is_clean(const char *text, size_t len)
{
	bool dots = true;
	for (size_t i = 0; i < len; i++) {
		if (!is_plain(text[i]))
			return false;
		dots = dots && text[i] == '.';
	}
	return !dots;
}

static bool
clean_segment(const char *sent, size_t len, bool slashes, struct buf *out)
{
	struct buf plain;
	buf_init(&plain, BUF_SMALL);
	bool ok = text_unescape_url(&plain, sent, len, false) && buf_ok(&plain);
	const char *text = buf_cstr(&plain), *end = text + plain.len;
	buf_byte(out, '/');
	buf_join(out, &plain);
	for (const char *slash; ok && slashes &&
	     (slash = memchr(text, '/', (size_t)(end - text))) != NULL;
	     text = slash + 1)
		ok = is_clean(text, (size_t)(slash - text));
	ok = ok && is_clean(text, (size_t)(end - text));
	buf_clear(&plain);
	return ok;
}

bool
clean_path(const char *sent, bool slashes, struct buf *out)
{
	bool ok = true;
	while (ok && *sent == '/') {
		size_t len = strcspn(++sent, "/");
		ok = clean_segment(sent, len, slashes, out);
		sent += len;
	}
	return ok && *sent == '\0' && buf_ok(out);
}
