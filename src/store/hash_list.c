/* Array literals of hashes. */
#include "store/hash_list.h"

#include <string.h>

#include "base/text.h"

void
hash_list_write(struct buf *out, const struct master_key *master,
    const char *const *secrets, size_t n)
{
	uint8_t hash[CRYPT_HASH_SIZE];
	buf_byte(out, '{');
	for (size_t i = 0; i < n; i++) {
		crypt_hash(master, secrets[i], strlen(secrets[i]), hash);
		buf_str(out, i > 0 ? ",\"\\\\x" : "\"\\\\x");
		text_hex(out, hash, sizeof(hash));
		buf_byte(out, '"');
	}
	buf_byte(out, '}');
}
