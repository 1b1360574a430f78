/* The files of templates/static. */
#include "admin/asset.h"

#include <stdio.h>
#include <string.h>

#include "admin/page.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/crypt.h"
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

/* --- names that hold a hash --------------------------------------------- */

#define HASH_BYTES 8
#define HASH_DIGITS ((size_t)2 * HASH_BYTES)

/* Not a secret: it changes when the file does. */
static void
add_hash(const struct buf *body, struct buf *out)
{
	static const struct master_key nobodys;
	uint8_t hash[CRYPT_HASH_SIZE];
	crypt_hash(&nobodys, buf_cstr(body), body->len, hash);
	text_hex(out, hash, HASH_BYTES);
}

/* A name without its hash, if it has one, which goes to hash. */
static void
split_name(const struct buf *name, struct buf *plain, struct buf *hash)
{
	const char *text = buf_cstr(name);
	const char *ending = strrchr(text, '.');
	size_t len = ending == NULL ? name->len : (size_t)(ending - text);
	const char *dot = len == 0 ? NULL : memrchr(text, '.', len);
	if (dot != NULL && len - (size_t)(dot + 1 - text) == HASH_DIGITS) {
		buf_add(hash, dot + 1, HASH_DIGITS);
		buf_add(plain, text, (size_t)(dot - text));
		buf_str(plain, ending);
	} else {
		buf_add(plain, text, name->len);
	}
}

static bool
read_asset(struct service *s, const char *name, struct buf *body)
{
	struct buf path, why;
	buf_init(&path, BUF_SMALL);
	buf_init(&why, BUF_SMALL);
	buf_fmt(&path, "%s/static/%s", s->template_dir, name);
	bool ok = file_read(buf_cstr(&path), body, &why);
	buf_clear(&path);
	buf_clear(&why);
	return ok;
}

/* Made once in the life of this process, like the templates. */
static struct {
	char name[64], href[128];
} known[8];

static void
make_href(struct service *s, const char *name, char *href, size_t room)
{
	struct buf body, path;
	const char *ending = strrchr(name, '.');
	buf_init(&body, MAX_ASSET);
	buf_init(&path, BUF_SMALL);
	buf_fmt(&path, "/static/%.*s", (int)(ending - name), name);
	if (read_asset(s, name, &body)) {
		buf_byte(&path, '.');
		add_hash(&body, &path);
	}
	snprintf(href, room, "%s%s", buf_cstr(&path), ending);
	buf_clear(&body);
	buf_clear(&path);
}

void
asset_href(struct service *s, const char *name, struct buf *out)
{
	size_t i = 0;
	while (i < COUNT_OF(known) - 1 && known[i].name[0] != '\0' &&
	    strcmp(known[i].name, name) != 0)
		i++;
	if (strcmp(known[i].name, name) != 0) {
		snprintf(known[i].name, sizeof(known[i].name), "%s", name);
		make_href(s, name, known[i].href, sizeof(known[i].href));
	}
	buf_str(out, known[i].href);
}

/* --- serving ------------------------------------------------------------- */

/* Only what really has this hash may be kept under its name: a page of
 * another version, of just before an update, links to another one. */
static bool
is_lasting(const struct buf *hash, const struct buf *body)
{
	struct buf real;
	buf_init(&real, BUF_SMALL);
	add_hash(body, &real);
	bool same = strcmp(buf_cstr(hash), buf_cstr(&real)) == 0;
	buf_clear(&real);
	return same;
}

void
asset_serve(struct service *s, const struct route_match *match)
{
	const struct buf *name = &match->capture[0];
	const char *type = type_of(name);
	struct buf plain, hash, body;
	buf_init(&plain, BUF_SMALL);
	buf_init(&hash, BUF_SMALL);
	buf_init(&body, MAX_ASSET);
	split_name(name, &plain, &hash);
	if (type != NULL && read_asset(s, buf_cstr(&plain), &body))
		page_send_file(s, type, is_lasting(&hash, &body), &body);
	else
		page_refuse(s, 404, N_("Not found"),
		    N_("There is no file of this name here."));
	buf_clear(&plain);
	buf_clear(&hash);
	buf_clear(&body);
}
