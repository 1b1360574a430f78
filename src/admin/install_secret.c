/* The secret of an installation. */
#include "admin/install_secret.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/install.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/file.h"
#include "base/text.h"
#include "base/version.h"

#define LEAST_LENGTH 16
#define LEAST_DIFFERENT 6
#define GOOD_FOR_S 3600
#define TIME_DIGITS 16
#define HASH_DIGITS ((size_t)2 * CRYPT_HASH_SIZE)

void
install_path(const struct install *install, const char *name, struct buf *path)
{
	buf_fmt(path, "%s/%s", install->dir, name);
}

/* The text of such a file without blanks around it; empty if there is none. */
static void
read_trimmed(const struct install *install, const char *name, struct buf *text)
{
	struct buf path, whole, why;
	buf_init(&path, BUF_SMALL);
	buf_init(&whole, BUF_SMALL);
	buf_init(&why, BUF_SMALL);
	install_path(install, name, &path);
	if (file_read(buf_cstr(&path), &whole, &why)) {
		const char *begin = buf_cstr(&whole);
		/* What Windows' editor puts before a text. */
		begin += text_starts(begin, "\xef\xbb\xbf") ? 3 : 0;
		begin += strspn(begin, " \t\r\n");
		size_t len = strlen(begin);
		while (len > 0 && isspace((unsigned char)begin[len - 1]))
			len--;
		buf_add(text, begin, len);
	}
	buf_clear(&path);
	buf_clear(&whole);
	buf_clear(&why);
}

/* --- what was done -------------------------------------------------------- */

/* The hash under which a spent secret is noted, as a line's end. */
static void
add_hash(const struct buf *secret, const char *of, struct buf *out)
{
	struct master_key key = {0};
	uint8_t hash[CRYPT_HASH_SIZE];
	crypt_hash(&key, buf_cstr(secret), secret->len, key.hash);
	crypt_hash(&key, of, strlen(of), hash);
	text_hex(out, hash, sizeof(hash));
	crypt_wipe(&key, sizeof(key));
}

bool
install_is_done(const struct install *install)
{
	static const char line[] = "version " KEYWHEEL_VERSION "\n";
	struct buf note;
	buf_init(&note, BUF_SMALL);
	read_trimmed(install, INSTALL_DONE_FILE, &note);
	buf_byte(&note, '\n');
	bool done = text_starts(buf_cstr(&note), line);
	buf_clear(&note);
	return done;
}

static bool
is_spent(const struct install *install, const struct buf *secret)
{
	struct buf note, hash;
	buf_init(&note, BUF_SMALL);
	buf_init(&hash, BUF_SMALL);
	read_trimmed(install, INSTALL_DONE_FILE, &note);
	add_hash(secret, "spent", &hash);
	bool spent = text_contains(buf_cstr(&note), buf_cstr(&hash));
	buf_clear(&note);
	buf_clear(&hash);
	return spent;
}

bool
install_note_done(
    const struct install *install, const struct buf *secret, struct buf *why)
{
	struct buf old, note, path;
	buf_init(&old, BUF_SMALL);
	buf_init(&note, BUF_SMALL);
	buf_init(&path, BUF_SMALL);
	read_trimmed(install, INSTALL_DONE_FILE, &old);
	buf_str(&note, "version " KEYWHEEL_VERSION "\nspent ");
	add_hash(secret, "spent", &note);
	buf_byte(&note, '\n');
	/* All that were spent before, but not the older version. */
	const char *rest = strchr(buf_cstr(&old), '\n');
	if (rest != NULL)
		buf_fmt(&note, "%s\n", rest + 1);
	install_path(install, INSTALL_DONE_FILE, &path);
	bool ok = file_write_secret(buf_cstr(&path), buf_cstr(&note), why);
	buf_reset(&path);
	install_path(install, INSTALL_SECRET_FILE, &path);
	if (ok)
		unlink(buf_cstr(&path));
	buf_clear(&old);
	buf_clear(&note);
	buf_clear(&path);
	return ok;
}

/* --- the secret ----------------------------------------------------------- */

static bool
is_weak(const struct buf *secret)
{
	bool seen[256] = {false};
	int different = 0;
	for (size_t i = 0; i < secret->len; i++) {
		unsigned char c = (unsigned char)secret->data[i];
		different += !seen[c];
		seen[c] = true;
	}
	return secret->len < LEAST_LENGTH || different < LEAST_DIFFERENT;
}

enum install_secret
install_secret_read(const struct install *install, struct buf *secret)
{
	struct buf text;
	buf_init(&text, BUF_SMALL);
	read_trimmed(install, INSTALL_SECRET_FILE, &text);
	enum install_secret state = text.len == 0 ? INSTALL_SECRET_NONE
	    : is_weak(&text)                      ? INSTALL_SECRET_WEAK
	    : is_spent(install, &text)            ? INSTALL_SECRET_SPENT
						  : INSTALL_SECRET_GOOD;
	if (state == INSTALL_SECRET_GOOD)
		buf_add(secret, text.data, text.len);
	buf_clear(&text);
	return state;
}

/* By their hashes, which are of one length. */
bool
install_secret_is(const struct buf *secret, const struct buf *given)
{
	struct buf a, b;
	buf_init(&a, BUF_SMALL);
	buf_init(&b, BUF_SMALL);
	add_hash(secret, "given", &a);
	add_hash(given, "given", &b);
	bool same = crypt_is_same(buf_cstr(&a), buf_cstr(&b), HASH_DIGITS);
	buf_clear(&a);
	buf_clear(&b);
	return same;
}

static void
write_proof(const struct buf *secret, int64_t time_s, struct buf *out)
{
	char digits[64];
	snprintf(digits, sizeof(digits), "%016llx proof",
	    (unsigned long long)time_s);
	buf_add(out, digits, TIME_DIGITS);
	add_hash(secret, digits, out);
}

void
install_proof(const struct buf *secret, struct buf *out)
{
	write_proof(secret, clock_wall_ms() / 1000, out);
}

bool
install_proof_is_good(const struct buf *secret, const char *proof)
{
	char digits[TIME_DIGITS + 1] = "";
	struct buf real;
	if (strlen(proof) != TIME_DIGITS + HASH_DIGITS)
		return false;
	memcpy(digits, proof, TIME_DIGITS);
	int64_t time_s = strtoll(digits, NULL, 16);
	int64_t age_s = clock_wall_ms() / 1000 - time_s;
	buf_init(&real, BUF_SMALL);
	write_proof(secret, time_s, &real);
	bool good = real.len == strlen(proof) &&
	    crypt_is_same(buf_cstr(&real), proof, real.len) && age_s >= 0 &&
	    age_s <= GOOD_FOR_S;
	buf_clear(&real);
	return good;
}
