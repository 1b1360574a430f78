/* The base URL of a pool, and what stands behind it. */
#include "pool/pool_url.h"

#include <ctype.h>
#include <string.h>

#include "pool/pool_choice.h"

/* Where the version begins that ends the URL; len if there is none. */
static size_t
find_version(const char *base, size_t len)
{
	size_t at = len;
	while (at > 0 && base[at - 1] != '/')
		at--;
	bool is_one = at >= 2 && base[at - 2] != '/' && len - at >= 2 &&
	    base[at] == 'v' && isdigit((unsigned char)base[at + 1]);
	return is_one ? at : len;
}

void
pool_url_write(struct buf *out, const struct settings *set, const char *pool,
    const char *version, const char *path)
{
	bool vertex = strcmp(pool, POOL_VERTEX) == 0;
	const char *base = settings_text(set,
	    vertex ? SETTING_ID_VERTEX_EXPRESS_BASE_URL : SETTING_ID_BASE_URL);
	size_t len = strlen(base);
	while (len > 0 && base[len - 1] == '/')
		len--;
	size_t keep = version == NULL || vertex ? len : find_version(base, len);
	buf_add(out, base, keep);
	if (keep < len)
		buf_str(out, version);
	buf_str(out, path);
}
