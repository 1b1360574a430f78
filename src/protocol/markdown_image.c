/* Finding ![words](data:image/…) in a text. */
#include "protocol/markdown_image.h"

#include <string.h>

/* Between the words and the URL. */
static const char middle[] = "](data:image/";

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

bool
markdown_image_find(
    const char *text, size_t len, size_t from, struct markdown_image *image)
{
	for (;;) {
		const char *hit =
		    memmem(text + from, len - from, middle, sizeof(middle) - 1);
		if (hit == NULL)
			return false;
		size_t close = (size_t)(hit - text);
		size_t url = close + 2;
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
