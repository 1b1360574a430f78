/* Text: UTF-8, hex, case. */
#include "base/text.h"

#include <string.h>

static int
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int
hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	int letter = lower(c);
	return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/* The well-formed sequences of more than one byte, by RFC 3629, section 4:
 * how many bytes for a first byte, and where the second one must lie. */
static const struct {
	unsigned char first_low, first_high, second_low, second_high;
	unsigned char size;
} utf8_forms[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2},
    {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3},
    {0xed, 0xed, 0x80, 0x9f, 3},
    {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4},
    {0xf4, 0xf4, 0x80, 0x8f, 4},
};

/* The size of the sequence of two to four bytes at p, or 0. */
static size_t
utf8_size(const unsigned char *p, size_t left)
{
	size_t i = 0;
	while (i < COUNT_OF(utf8_forms) &&
	    (p[0] < utf8_forms[i].first_low || p[0] > utf8_forms[i].first_high))
		i++;
	if (i == COUNT_OF(utf8_forms) || left < utf8_forms[i].size ||
	    p[1] < utf8_forms[i].second_low || p[1] > utf8_forms[i].second_high)
		return 0;
	for (size_t k = 2; k < utf8_forms[i].size; k++)
		if ((p[k] & 0xc0) != 0x80)
			return 0;
	return utf8_forms[i].size;
}

size_t
text_character(const char *bytes, size_t len)
{
	const unsigned char *p = (const unsigned char *)bytes;
	return p[0] < 0x80 ? 1 : utf8_size(p, len);
}

bool
text_is_utf8(const char *bytes, size_t len)
{
	const unsigned char *p = (const unsigned char *)bytes;
	size_t i = 0;
	while (i < len) {
		/* Most text is ASCII: take eight bytes at a time. */
		uint64_t eight;
		while (len - i >= sizeof(eight)) {
			memcpy(&eight, p + i, sizeof(eight));
			if ((eight & UINT64_C(0x8080808080808080)) != 0)
				break;
			i += sizeof(eight);
		}
		if (i == len)
			break;
		size_t size = p[i] < 0x80 ? 1 : utf8_size(p + i, len - i);
		if (size == 0)
			return false;
		i += size;
	}
	return true;
}

size_t
text_points(const char *text, size_t len)
{
	size_t points = 0;
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			points++;
	return points;
}

size_t
text_cut(const char *text, size_t max)
{
	size_t len = strnlen(text, max);
	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	return len;
}

/* Eight copies of a byte. */
#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Is one of the eight bytes less than n? For n up to 128. */
static bool
any_below(uint64_t eight, uint64_t n)
{
	return ((eight - EIGHT(n)) & ~eight & EIGHT(0x80)) != 0;
}

size_t
text_plain_run(const char *text, size_t len)
{
	size_t i = 0;
	uint64_t eight;
	for (; len - i >= sizeof(eight); i += sizeof(eight)) {
		memcpy(&eight, text + i, sizeof(eight));
		if (any_below(eight, ' ') || any_below(eight ^ EIGHT('"'), 1) ||
		    any_below(eight ^ EIGHT('\\'), 1))
			break;
	}
	while (i < len && (unsigned char)text[i] >= ' ' && text[i] != '"' &&
	    text[i] != '\\')
		i++;
	return i;
}

void
text_hex(struct buf *out, const uint8_t *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < len; i++) {
		buf_byte(out, digits[bytes[i] >> 4]);
		buf_byte(out, digits[bytes[i] & 15]);
	}
}

long
text_unhex(const char *hex, uint8_t *bytes, size_t room)
{
	size_t n = 0;
	for (; hex[0] != '\0'; hex += 2) {
		int high = hex_value(hex[0]);
		int low = high < 0 ? -1 : hex_value(hex[1]);
		if (low < 0 || n == room)
			return -1;
		bytes[n++] = (uint8_t)(high * 16 + low);
	}
	return (long)n;
}

bool
text_unescape_url(struct buf *out, const char *text, size_t len, bool plus)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] != '%') {
			buf_byte(out, plus && text[i] == '+' ? ' ' : text[i]);
			continue;
		}
		if (len - i < 3)
			return false;
		int high = hex_value(text[i + 1]);
		int low = hex_value(text[i + 2]);
		if (high < 0 || low < 0)
			return false;
		buf_byte(out, (char)(high * 16 + low));
		i += 2;
	}
	return true;
}

bool
text_starts(const char *text, const char *prefix)
{
	if (text == NULL || prefix == NULL)
		return false;
	while (*prefix != '\0' && lower(*text) == lower(*prefix)) {
		text++;
		prefix++;
	}
	return *prefix == '\0';
}

bool
text_same(const char *a, const char *b)
{
	return text_starts(a, b) && strlen(a) == strlen(b);
}

bool
text_contains(const char *haystack, const char *needle)
{
	if (haystack == NULL || needle == NULL)
		return false;
	for (;; haystack++) {
		if (text_starts(haystack, needle))
			return true;
		if (*haystack == '\0')
			return false;
	}
}

bool
text_to_int(const char *text, int64_t low, int64_t high, int64_t *number)
{
	if (text == NULL)
		return false;
	bool minus = *text == '-';
	const char *p = text + minus;
	if (*p == '\0')
		return false;

	/* Count downwards: the smallest number has no positive twin. */
	int64_t n = 0;
	for (; *p != '\0'; p++) {
		if (!is_digit(*p) || __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_sub_overflow(n, *p - '0', &n))
			return false;
	}
	if (!minus && __builtin_sub_overflow(0, n, &n))
		return false;
	if (n < low || n > high)
		return false;
	*number = n;
	return true;
}
