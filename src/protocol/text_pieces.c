/* Cutting text into pieces of grapheme clusters, with their delays. */
#include "protocol/text_pieces.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unigbrk.h>

/* What is known of a byte: no piece begins there, one may, or a word begins
 * there that is to stay whole. */
enum { INSIDE, CLUSTER, WHOLE };

/* --- data: URLs ---------------------------------------------------------- */

/* May the byte be part of a URL? Blanks and what is not ASCII may not. */
static bool
is_ink(char c)
{
	return c > ' ' && c < 0x7f;
}

/* Does a word of ink hold `data:` and the beginning of a media type? */
static bool
holds_url(const char *word, size_t len)
{
	static const char scheme[] = "data:";
	const size_t n = sizeof(scheme) - 1;
	const char *end = word + len, *at = word;
	while ((at = memmem(at, (size_t)(end - at), scheme, n)) != NULL) {
		bool apart = at == word || !isalnum((unsigned char)at[-1]);
		const char *type = at + n;
		while (type < end && isalnum((unsigned char)*type))
			type++;
		if (apart && type > at + n && type < end && *type == '/')
			return true;
		at += n;
	}
	return false;
}

/* Where the ink that begins at a cluster's start ends. Marks on its last
 * letter are not torn off: then that letter does not belong to it. */
static size_t
ink_end(const char *text, size_t len, const char *begins, size_t at)
{
	size_t end = at;
	while (end < len && is_ink(text[end]))
		end++;
	return end > at && end < len && begins[end] == INSIDE ? end - 1 : end;
}

/* Mark the words that stay whole; the pieces inside them are no more. */
static void
keep_urls(const char *text, size_t len, char *begins, bool *in_url)
{
	bool goes_on = *in_url;
	size_t at = 0;
	while (at < len) {
		size_t end = at;
		if (begins[at] == CLUSTER)
			end = ink_end(text, len, begins, at);
		bool whole =
		    end > at && (goes_on || holds_url(text + at, end - at));
		if (whole) {
			begins[at] = WHOLE;
			memset(begins + at + 1, INSIDE, end - at - 1);
		}
		goes_on = whole && end == len;
		at = end > at ? end : at + 1;
	}
	*in_url = goes_on;
}

/* --- how much, how long -------------------------------------------------- */

static size_t
count_clusters(const char *begins, size_t len)
{
	size_t n = 0;
	for (size_t i = 0; i < len; i++)
		n += begins[i] == CLUSTER;
	return n;
}

static size_t
clusters_of_piece(const struct text_pace *pace, size_t n)
{
	size_t size = n >= pace->long_text ? pace->piece : 1;
	size_t least = (n + TEXT_PIECES_MAX - 1) / TEXT_PIECES_MAX;
	return size > least ? size : least;
}

/* gemini-balance's curve. */
static int64_t
delay_of(const struct text_pace *pace, size_t n)
{
	if (n <= pace->short_text)
		return pace->max_us;
	if (n >= pace->long_text)
		return pace->min_us;
	double way = log((double)n / (double)pace->short_text) /
	    log((double)pace->long_text / (double)pace->short_text);
	return pace->max_us -
	    (int64_t)(way * (double)(pace->max_us - pace->min_us));
}

/* --- cutting ------------------------------------------------------------- */

static void
cut(const struct text_pace *pace, const char *text, size_t len,
    const char *begins, text_piece_fn *fn, void *ctx)
{
	size_t n = count_clusters(begins, len);
	size_t size = clusters_of_piece(pace, n);
	int64_t delay = delay_of(pace, n);

	for (size_t at = 0, end; at < len; at = end) {
		bool whole = begins[at] == WHOLE;
		size_t left = whole ? 1 : size;
		for (end = at + 1; end < len; end++)
			if (begins[end] == WHOLE ||
			    (begins[end] == CLUSTER && --left == 0))
				break;
		fn(ctx, text + at, end - at, whole ? 0 : delay);
	}
}

void
text_pieces(const struct text_pace *pace, const char *text, size_t len,
    bool *in_url, text_piece_fn *fn, void *ctx)
{
	char *begins = len > 0 ? malloc(len) : NULL;
	if (begins == NULL) {
		if (len > 0)
			fn(ctx, text, len, 0);
		return;
	}
	u8_grapheme_breaks((const uint8_t *)text, len, begins);
	keep_urls(text, len, begins, in_url);
	cut(pace, text, len, begins, fn, ctx);
	free(begins);
}
