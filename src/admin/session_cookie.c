/* The cookie of a session. */
#include "admin/session_cookie.h"

#include <stdio.h>
#include <string.h>

#include "admin/page.h"
#include "base/text.h"
#include "gateway/service.h"
#include "web/call.h"
#include "web/cookie.h"

#define ID_BYTES 32
#define ID_DIGITS ((size_t)2 * ID_BYTES)

/* As long as a session can be: the database knows when it is over. */
#define MAX_AGE_S 2592000

/* A header that anybody may have written can only make it stricter. */
static bool
is_tls(struct service *s)
{
	return text_same(web_variable(s->call, "HTTPS"), "on") ||
	    text_same(web_variable(s->call, "REQUEST_SCHEME"), "https") ||
	    text_same(web_header(s->call, "x-forwarded-proto"), "https");
}

static const char *
name_of(bool tls)
{
	return tls ? "__Host-keywheel" : "keywheel";
}

/* What stands in the database. The prefix keeps it apart from the hashes of
 * other things. */
static void
hash_id(struct service *s, const char *id, uint8_t hash[CRYPT_HASH_SIZE])
{
	char text[16 + ID_DIGITS + 1];
	int len =
	    snprintf(text, sizeof(text), "session %.*s", (int)ID_DIGITS, id);
	crypt_hash(&s->master, text, (size_t)len, hash);
	crypt_wipe(text, sizeof(text));
}

bool
session_cookie_take(struct service *s, uint8_t hash[CRYPT_HASH_SIZE])
{
	const char *header = web_header(s->call, "cookie");
	const char *name = name_of(is_tls(s));
	const char *id;
	size_t len;
	while (
	    header != NULL && (id = cookie_next(&header, name, &len)) != NULL)
		if (len == ID_DIGITS &&
		    strspn(id, "0123456789abcdef") >= ID_DIGITS) {
			hash_id(s, id, hash);
			return true;
		}
	return false;
}

void
session_cookie_make(struct service *s, struct session_cookie *cookie)
{
	uint8_t bytes[ID_BYTES];
	struct buf hex;
	buf_init(&hex, BUF_SMALL);
	crypt_random(bytes, sizeof(bytes));
	text_hex(&hex, bytes, sizeof(bytes));
	snprintf(cookie->id, sizeof(cookie->id), "%s", buf_cstr(&hex));
	hash_id(s, cookie->id, cookie->hash);
	buf_clear(&hex);
}

void
session_cookie_send(struct service *s, const struct session_cookie *cookie)
{
	struct buf value;
	bool tls = is_tls(s);
	buf_init(&value, BUF_SMALL);
	buf_fmt(&value, "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict",
	    name_of(tls), cookie == NULL ? "" : cookie->id,
	    cookie == NULL ? 0 : MAX_AGE_S);
	buf_str(&value, tls ? "; Secure" : "");
	page_add_header("Set-Cookie", buf_cstr(&value));
	buf_clear(&value);
}
