/* Bodies for people. */
#include "protocol/body_shorten.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"

/* Words of a language are not that long. */
#define LONG_RUN 256
#define KEPT 32

/* So many characters in a row are a text again. */
#define TEXT_RUN 4

/* --- base64 -------------------------------------------------------------- */

static bool
is_base64(char c)
{
	return isalnum((unsigned char)c) ||
	    (c != '\0' && strchr("+/=_-", c) != NULL);
}

/* How many bytes at the beginning are base64; in JSON a slash may have a
 * backslash before it. */
static size_t
base64_run(const char *bytes, size_t len)
{
	size_t i = 0;
	while (i < len &&
	    (is_base64(bytes[i]) ||
		(bytes[i] == '\\' && i + 1 < len && bytes[i + 1] == '/')))
		i++;
	return i;
}

/* --- what is no text ----------------------------------------------------- */

/* The size of the character there, 0 if it is none. */
static size_t
character(const char *bytes, size_t len)
{
	unsigned char c = (unsigned char)*bytes;
	if (c < 0x80)
		return c >= ' ' || c == '\n' || c == '\r' || c == '\t';
	size_t size = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
	return size <= len && text_is_utf8(bytes, size) ? size : 0;
}

/* How many bytes there are until a text begins again. */
static size_t
binary_run(const char *bytes, size_t len)
{
	size_t i = 0, good = 0;
	while (i < len && good < TEXT_RUN) {
		size_t size = character(bytes + i, len - i);
		good = size == 1 ? good + 1 : 0;
		i += size > 0 ? size : 1;
	}
	return i - good;
}

/* --- the whole ----------------------------------------------------------- */

void
body_shorten(struct buf *out, const char *bytes, size_t len, size_t max)
{
	size_t start = out->len, i = 0;
	while (i < len && out->len - start < max) {
		size_t run = base64_run(bytes + i, len - i);
		size_t size = character(bytes + i, len - i);
		if (run >= LONG_RUN) {
			buf_add(out, bytes + i, KEPT);
			buf_fmt(out, "…[%zu characters left out]", run - KEPT);
			i += run;
		} else if (run > 0 || size > 0) {
			buf_add(out, bytes + i, run > 0 ? run : size);
			i += run > 0 ? run : size;
		} else {
			run = binary_run(bytes + i, len - i);
			buf_fmt(out, "[%zu bytes left out]", run);
			i += run;
		}
	}
	if (out->len - start > max) {
		size_t kept = text_cut(buf_cstr(out) + start, max);
		buf_keep(out, 0, start + kept);
	}
}
