/* Signing in with HTTP Basic and an admin token. */
#include "admin/sign_in.h"

#include <stdint.h>
#include <string.h>

#include "admin/page.h"
#include "base/crypt.h"
#include "base/log.h"
#include "gateway/access.h"
#include "gateway/service.h"
#include "web/call.h"

#define MAX_CREDENTIAL 8192

static int
digit_value(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz"
				     "0123456789+/";
	const char *digit = c == '\0' ? NULL : strchr(digits, c);
	return digit == NULL ? -1 : (int)(digit - digits);
}

/* Append what base64 holds, up to the first character that is none. */
static void
decode(struct buf *out, const char *base64)
{
	uint32_t bits = 0;
	int n = 0;
	int value;
	for (; (value = digit_value(*base64)) >= 0; base64++) {
		bits = bits << 6 | (uint32_t)value;
		n += 6;
		if (n >= 8) {
			n -= 8;
			buf_byte(out, (char)(bits >> n & 0xff));
		}
	}
}

/* `Basic …` → what stands behind the first colon; false if there is no such
 * header. A malformed one has the empty password. */
static bool
take_password(struct service *s, struct buf *password)
{
	const char *value = web_header(s->call, "authorization");
	if (value == NULL || strncasecmp(value, "Basic ", 6) != 0)
		return false;
	value += 6;
	decode(password, value + strspn(value, " "));
	const char *colon = password->len == 0
	    ? NULL
	    : memchr(password->data, ':', password->len);
	buf_drop(password,
	    colon == NULL ? password->len
			  : (size_t)(colon - password->data) + 1);
	return true;
}

/* The token's hash, which the database is asked for: what takes how long
 * does not depend on how much of a token is right. */
static bool
take_hash(struct service *s, uint8_t hash[CRYPT_HASH_SIZE])
{
	struct buf password;
	buf_init(&password, MAX_CREDENTIAL);
	bool there = take_password(s, &password);
	if (!buf_ok(&password))
		buf_reset(&password);
	crypt_hash(&s->master, buf_cstr(&password), password.len, hash);
	if (password.data != NULL)
		crypt_wipe(password.data, password.cap);
	buf_clear(&password);
	return there;
}

static void
refuse_nobody(struct service *s, bool tried)
{
	const char *address = web_variable(s->call, "REMOTE_ADDR");
	if (tried)
		log_line(LOG_WARNING,
		    "signing in to the pages with a wrong token, from %s",
		    address != NULL ? address : "somewhere");
	page_refuse(s, 401, "Sign in",
	    tried ? "This is no token of this gateway."
		  : "These pages are for whoever runs this gateway.");
}

bool
sign_in_take(struct service *s, uint8_t hash[CRYPT_HASH_SIZE])
{
	struct api_error error = {0};
	int64_t token_id;
	bool admin = false;

	if (!take_hash(s, hash)) {
		refuse_nobody(s, false);
		return false;
	}
	bool known = access_check(s, hash, &token_id, &admin, &error);
	if (known && !admin)
		page_refuse(s, 403, "Not an admin token",
		    "This token may call the API, but it may not see these "
		    "pages.");
	else if (!known && error.fault == FAULT_DATABASE)
		page_refuse_database(s);
	else if (!known)
		refuse_nobody(s, true);
	api_error_clear(&error);
	return known && admin;
}

bool
sign_in_check(struct service *s)
{
	uint8_t hash[CRYPT_HASH_SIZE];
	return sign_in_take(s, hash);
}
