/* Base64: looking at it, tidying it, making it. */
#include "base/base64.h"

#include <string.h>

const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz"
			     "0123456789+/";

int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	if (c == '/' || c == '_')
		return 63;
	return -1;
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool
base64_is_plain(const char *text, size_t len)
{
	if (len % 4 != 0)
		return false;
	for (int i = 0; i < 2 && len > 0 && text[len - 1] == '='; i++)
		len--;

	/* A picture has millions of them: one look-up for each. */
	bool foreign[256];
	memset(foreign, true, sizeof(foreign));
	for (size_t i = 0; base64_digits[i] != '\0'; i++)
		foreign[(unsigned char)base64_digits[i]] = false;
	bool any = false;
	for (size_t i = 0; i < len; i++)
		any |= foreign[(unsigned char)text[i]];
	return !any;
}

bool
base64_tidy(struct buf *out, const char *text, size_t len)
{
	char chunk[4096] = "";
	size_t n = 0, digits = 0;
	bool padding = false;

	for (size_t i = 0; i < len; i++) {
		int value = base64_value(text[i]);
		if (value < 0 && text[i] != '=' && !is_blank(text[i]))
			return false;
		padding = padding || text[i] == '=';
		if (value < 0)
			continue;
		if (padding)
			return false;
		chunk[n++] = base64_digits[value];
		digits++;
		if (n == sizeof(chunk)) {
			buf_add(out, chunk, n);
			n = 0;
		}
	}
	buf_add(out, chunk, n);

	/* One digit alone is no byte. */
	buf_str(out, digits % 4 == 2 ? "==" : digits % 4 == 3 ? "=" : "");
	return digits % 4 != 1;
}

size_t
base64_peek(const char *text, size_t len, uint8_t *bytes, size_t room)
{
	uint32_t bits = 0;
	unsigned n_bits = 0;
	size_t n = 0;

	for (size_t i = 0; i < len && n < room && text[i] != '='; i++) {
		bits = (bits << 6 | (uint32_t)base64_value(text[i])) & 0xffff;
		n_bits += 6;
		if (n_bits >= 8) {
			n_bits -= 8;
			bytes[n++] = bits >> n_bits & 0xff;
		}
	}
	return n;
}

size_t
base64_size(const char *text, size_t len)
{
	size_t padding = 0;
	while (padding < 2 && padding < len && text[len - 1 - padding] == '=')
		padding++;
	return len / 4 * 3 - (len < 4 ? 0 : padding);
}

size_t
base64_slice(
    const char *text, size_t len, size_t from, uint8_t *bytes, size_t room)
{
	size_t start = from / 3 * 4, n = 0;
	if (start >= len)
		return 0;
	if (from % 3 != 0) { /* inside of a group */
		uint8_t group[3];
		size_t i = from % 3;
		size_t got = base64_peek(text + start, 4, group, sizeof(group));
		while (i < got && n < room)
			bytes[n++] = group[i++];
		start += 4;
	}
	return n + base64_peek(text + start, len - start, bytes + n, room - n);
}

bool
base64_decode(struct buf *out, const char *text, size_t len)
{
	char chunk[4096] = "";
	uint32_t bits = 0;
	size_t n = 0, digits = 0;
	bool padding = false;

	for (size_t i = 0; i < len; i++) {
		int value = base64_value(text[i]);
		padding = padding || text[i] == '=';
		if (value < 0 ? text[i] != '=' && !is_blank(text[i]) : padding)
			return false;
		if (value < 0)
			continue;
		bits = (bits << 6 | (uint32_t)value) & 0xffff;
		/* Of four digits the first gives no byte yet. */
		if (digits++ % 4 == 0)
			continue;
		chunk[n++] = (char)(bits >> (6 - 2 * ((digits - 1) % 4)));
		if (n == sizeof(chunk)) {
			buf_add(out, chunk, n);
			n = 0;
		}
	}
	buf_add(out, chunk, n);
	return digits % 4 != 1;
}

void
base64_encode(struct buf *out, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	char chunk[4096] = "";
	size_t n = 0;

	for (; len >= 3; p += 3, len -= 3) {
		uint32_t bits = (uint32_t)p[0] << 16 | p[1] << 8 | p[2];
		chunk[n++] = base64_digits[bits >> 18];
		chunk[n++] = base64_digits[bits >> 12 & 63];
		chunk[n++] = base64_digits[bits >> 6 & 63];
		chunk[n++] = base64_digits[bits & 63];
		if (n == sizeof(chunk)) {
			buf_add(out, chunk, n);
			n = 0;
		}
	}
	if (len > 0) {
		uint32_t bits =
		    (uint32_t)p[0] << 16 | (len == 2 ? p[1] << 8 : 0);
		chunk[n++] = base64_digits[bits >> 18];
		chunk[n++] = base64_digits[bits >> 12 & 63];
		chunk[n++] = len == 2 ? base64_digits[bits >> 6 & 63] : '=';
		chunk[n++] = '=';
	}
	buf_add(out, chunk, n);
}
