/* Marks and seals of the values of settings. */
#include "admin/setting_seal.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* The name goes with the value. */
static void
join(struct buf *out, enum setting_id id, const char *value)
{
	buf_init(out, BUF_LARGE);
	buf_fmt(out, "%s\n", setting_def(id)->name);
	buf_str(out, value);
}

void
setting_mark(const struct master_key *master, enum setting_id id,
    const char *value, char mark[SETTING_MARK + 1])
{
	uint8_t hash[CRYPT_HASH_SIZE];
	struct buf text, hex;
	join(&text, id, value);
	crypt_hash(master, buf_cstr(&text), text.len, hash);
	buf_init(&hex, BUF_SMALL);
	text_hex(&hex, hash, SETTING_MARK / 2);
	memcpy(mark, buf_cstr(&hex), hex.len + 1);
	buf_clear(&hex);
	buf_clear(&text);
}

void
setting_seal(const struct master_key *master, enum setting_id id,
    const char *value, struct buf *out)
{
	struct buf text, sealed;
	join(&text, id, value);
	buf_init(&sealed, BUF_LARGE);
	if (crypt_seal(master, buf_cstr(&text), text.len, &sealed))
		text_hex(out, (const uint8_t *)buf_cstr(&sealed), sealed.len);
	else
		buf_fail(out);
	if (text.data != NULL)
		crypt_wipe(text.data, text.len);
	buf_clear(&sealed);
	buf_clear(&text);
}

bool
setting_unseal(const struct master_key *master, enum setting_id id,
    const char *sealed, struct buf *value)
{
	const char *name = setting_def(id)->name;
	size_t room = strlen(sealed) / 2 + 1;
	uint8_t *bytes = malloc(room);
	struct buf text;
	if (bytes == NULL)
		return false;
	buf_init(&text, BUF_LARGE);
	long len = text_unhex(sealed, bytes, room);
	bool ok = len > 0 && crypt_open(master, bytes, (size_t)len, &text) &&
	    text_starts(buf_cstr(&text), name) &&
	    buf_cstr(&text)[strlen(name)] == '\n';
	if (ok)
		buf_str(value, buf_cstr(&text) + strlen(name) + 1);
	if (text.data != NULL)
		crypt_wipe(text.data, text.len);
	buf_clear(&text);
	free(bytes);
	return ok;
}
