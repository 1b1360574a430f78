/* The files of templates/static. */
#include "admin/asset.h"

#include <string.h>

#include "admin/page.h"
#include "base/attr.h"
#include "base/file.h"
#include "base/text.h"
#include "gateway/service.h"
#include "web/route.h"

#define MAX_ASSET ((size_t)4 * 1024 * 1024)

static const struct {
	const char *ending, *type;
} types[] = {
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".txt", "text/plain; charset=utf-8"},
};

/* NULL: it is no name of ours. */
static const char *
type_of(const struct buf *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789.-";
	const char *text = buf_cstr(name);
	if (*text == '.' || strspn(text, letters) != name->len)
		return NULL;
	const char *ending = strrchr(text, '.');
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (text_same(ending, types[i].ending))
			return types[i].type;
	return NULL;
}

void
asset_serve(struct service *s, const struct route_match *match)
{
	const struct buf *name = &match->capture[0];
	const char *type = type_of(name);
	struct buf path, body, why;
	buf_init(&path, BUF_SMALL);
	buf_init(&body, MAX_ASSET);
	buf_init(&why, BUF_SMALL);
	buf_fmt(&path, "%s/static/%s", s->template_dir, buf_cstr(name));
	if (type != NULL && file_read(buf_cstr(&path), &body, &why))
		page_send_file(s, type, &body);
	else
		page_refuse(
		    s, 404, "Not found", "There is no file of this name here.");
	buf_clear(&path);
	buf_clear(&body);
	buf_clear(&why);
}
