/* Finding ![words](URL) in a text. */
#include "protocol/markdown_image.h"

#include <string.h>

/* Between the words and the URL. */
static const char middle[] = "](";

/* How URLs begin; the first one is no link. */
static const char *const schemes[] = {"data:image/", "https://", "http://"};

/* Words in front of a picture are few. */
#define WORDS_MAX 500

/* Where the "![" stands that belongs to the "]" at end; len if nowhere. */
static size_t
find_start(const char *text, size_t from, size_t end, size_t len)
{
	size_t least = end - from > WORDS_MAX ? end - WORDS_MAX : from;
	for (size_t i = end; i > least; i--) {
		char c = text[i - 1];
		if (c == '[')
			return i - 1 > from && text[i - 2] == '!' ? i - 2 : len;
		if (c == ']' || c == '\n')
			break;
	}
	return len;
}

static bool
is_url(const char *text, size_t len, bool links)
{
	for (size_t i = 0; i < (links ? COUNT_OF(schemes) : 1); i++)
		if (len >= strlen(schemes[i]) &&
		    memcmp(text, schemes[i], strlen(schemes[i])) == 0)
			return true;
	return false;
}

bool
markdown_image_find(const char *text, size_t len, size_t from, bool links,
    struct markdown_image *image)
{
	for (;;) {
		const char *hit =
		    memmem(text + from, len - from, middle, sizeof(middle) - 1);
		if (hit == NULL)
			return false;
		size_t close = (size_t)(hit - text);
		size_t url = close + strlen(middle);
		if (!is_url(text + url, len - url, links)) {
			from = url;
			continue;
		}
		const char *end = memchr(text + url, ')', len - url);
		if (end == NULL)
			return false;
		*image = (struct markdown_image){
		    .start = find_start(text, from, close, len),
		    .end = (size_t)(end + 1 - text),
		    .url = url,
		    .url_len = (size_t)(end - text) - url,
		};
		if (image->start < len)
			return true;
		from = url;
	}
}
