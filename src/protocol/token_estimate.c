/* Tokens by the bytes of a body. */
#include "protocol/token_estimate.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define BYTES_A_TOKEN 4
#define MEDIA_TOKENS 258
#define MEDIA_LEN 4096 /* a shorter string is no more than text costs */

/* The string that begins behind a quote: the place of its end. */
static const char *
end_of_string(const char *at, const char *end)
{
	const char *quote;
	while ((quote = memchr(at, '"', (size_t)(end - at))) != NULL) {
		const char *back = quote;
		while (back > at && back[-1] == '\\')
			back--;
		if ((quote - back) % 2 == 0)
			return quote;
		at = quote + 1;
	}
	return end;
}

#define DATA_URL_HEAD 128 /* data:image/png;base64, is no base64 itself */

/* Texts have a blank or a full stop somewhere in so many bytes. */
static bool
is_base64(const char *at, const char *end)
{
	if (end - at < MEDIA_LEN)
		return false;
	for (size_t i = DATA_URL_HEAD; i < MEDIA_LEN; i++)
		if (!isalnum((unsigned char)at[i]) &&
		    strchr("+/-_\\", at[i]) == NULL)
			return false;
	return true;
}

int64_t
token_estimate(const char *body, size_t len)
{
	if (body == NULL)
		return 0;
	const char *at = body, *end = body + len;
	int64_t media = 0, bytes = (int64_t)len;
	while ((at = memchr(at, '"', (size_t)(end - at))) != NULL) {
		const char *close = end_of_string(++at, end);
		if (is_base64(at, close)) {
			media++;
			bytes -= close - at;
		}
		if (close == end)
			break;
		at = close + 1;
	}
	return bytes / BYTES_A_TOKEN + media * MEDIA_TOKENS;
}
