/* The base URL of a pool, and what stands behind it. */
#include "pool/pool_url.h"

#include <string.h>

#include "pool/pool_choice.h"

void
pool_url_write(struct buf *out, const struct settings *set, const char *pool,
    const char *path)
{
	const char *base = settings_text(set,
	    strcmp(pool, POOL_VERTEX) == 0 ? SETTING_ID_VERTEX_EXPRESS_BASE_URL
					   : SETTING_ID_BASE_URL);
	size_t len = strlen(base);
	while (len > 0 && base[len - 1] == '/')
		len--;
	buf_add(out, base, len);
	buf_str(out, path);
}
