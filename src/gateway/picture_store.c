/* Pictures that we keep ourselves. */
#include "gateway/picture_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/clock.h"
#include "gateway/public_url.h"
#include "gateway/service.h"
#include "store/db.h"
#include "web/call.h"

#define MB ((int64_t)1024 * 1024)

bool
picture_store_hash(const struct master_key *master, const char *name,
    uint8_t hash[CRYPT_HASH_SIZE])
{
	if (!picture_name_is(name))
		return false;
	crypt_hash(master, name, strlen(name), hash);
	return true;
}

/* All pieces, one by one. */
static bool
put_pieces(struct service *s, int64_t id, const char *base64, size_t len,
    int64_t end_ms, struct buf *why)
{
	size_t size = base64_size(base64, len), sent = 0;
	uint8_t *piece = malloc(PICTURE_PIECE);
	bool ok = true, gone = false;
	if (piece == NULL)
		abort();
	for (int n = 0; ok && sent < size; n++) {
		size_t got =
		    base64_slice(base64, len, sent, piece, PICTURE_PIECE);
		sent += got;
		if (clock_mono_ms() >= end_ms || web_gone(s->call)) {
			buf_str(why, "there was no more time");
			ok = false;
		} else if (!pictures_put(
			       s->db, id, n, piece, got, sent >= size, &gone)) {
			buf_str(why,
			    gone ? "it was removed meanwhile"
				 : db_error(s->db));
			ok = false;
		}
	}
	free(piece);
	return ok;
}

static bool
put(struct service *s, const struct picture_type *type, const char *name,
    const char *base64, size_t len, int64_t end_ms, struct buf *why)
{
	uint8_t hash[CRYPT_HASH_SIZE];
	const struct settings *set = s->settings;
	if (!picture_store_hash(&s->master, name, hash))
		abort(); /* we have made it */
	int64_t id = pictures_open(s->db, hash, type->mime,
	    (int64_t)base64_size(base64, len),
	    settings_int(set, SETTING_ID_PICTURE_HOURS),
	    settings_int(set, SETTING_ID_PICTURE_STORE_MB) * MB);
	if (id > 0)
		return put_pieces(s, id, base64, len, end_ms, why);
	buf_str(why,
	    id < 0 ? db_error(s->db)
		   : "there is no room for it (PICTURE_STORE_MB)");
	return false;
}

bool
picture_store_put(struct service *s, const struct picture_type *type,
    const char *base64, size_t len, int64_t end_ms, struct buf *url,
    struct buf *why)
{
	struct buf name, address;
	buf_init(&name, BUF_SMALL);
	buf_init(&address, BUF_SMALL);
	/* 142 bits. */
	crypt_random_text(&name, "", PICTURE_NAME_SIZE);
	buf_fmt(&name, ".%s", type->ending);
	bool ok = public_url(s, &address);
	if (!ok)
		buf_str(why,
		    "the request names no host that its address could begin "
		    "with (PUBLIC_URL)");
	ok = ok && put(s, type, buf_cstr(&name), base64, len, end_ms, why);
	if (ok)
		buf_fmt(url, "%s" PICTURE_PATH "%s", buf_cstr(&address),
		    buf_cstr(&name));
	buf_clear(&name);
	buf_clear(&address);
	return ok;
}

/* All pieces; false if some are not there, or together they are too many. */
static bool
get_pieces(struct service *s, const struct picture *picture, struct buf *out)
{
	size_t before;
	int n = 0;
	do {
		before = out->len;
		if (!pictures_piece(s->db, picture->id, n++, out))
			return false;
	} while (out->len > before && out->len < (size_t)picture->size);
	return buf_ok(out) && out->len == (size_t)picture->size;
}

bool
picture_store_get(struct service *s, const char *address,
    char type[PICTURE_TYPE_SIZE], struct buf *out)
{
	struct picture picture;
	uint8_t hash[CRYPT_HASH_SIZE];
	const char *name = picture_name_in(address);
	if (name == NULL || !picture_store_hash(&s->master, name, hash) ||
	    !pictures_find(s->db, hash, &picture) || picture.id == 0 ||
	    (uint64_t)picture.size > out->max)
		return false;
	memcpy(type, picture.type, PICTURE_TYPE_SIZE);
	if (get_pieces(s, &picture, out))
		return true;
	buf_reset(out);
	return false;
}
