/*
 * Cutting a text that came in one burst into pieces that are handed out one
 * after the other (STREAM_OPTIMIZER_ENABLED). A text is cut between grapheme
 * clusters only (Unicode's UAX 29): an emoji of several code points or a
 * letter with its marks stays whole. So does a word that holds a data: URL.
 */
#ifndef KEYWHEEL_PROTOCOL_TEXT_PIECES_H
#define KEYWHEEL_PROTOCOL_TEXT_PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How many clusters a text has decides how it is cut, and how long each of
 * its pieces stands before the next one comes: a short text by single
 * clusters and max_us, a long one by `piece` clusters and min_us, one between
 * them by single clusters and the faster the longer it is. All sizes are at
 * least 1, and min_us is not above max_us.
 */
struct text_pace {
	size_t short_text; /* up to this many clusters it is short */
	size_t long_text;  /* from this many on it is long */
	size_t piece;
	int64_t min_us, max_us; /* microseconds */
};

/* No text makes more pieces than this, but for its URLs: they are larger
 * instead. */
#define TEXT_PIECES_MAX 4096

/* delay_us: how long it stands before the next one; 0 for a URL. */
typedef void text_piece_fn(
    void *ctx, const char *piece, size_t len, int64_t delay_us);

/* Give fn the text in pieces: all of it, in order. *in_url carries over from
 * one text of a stream to the next whether a data: URL goes on; false at
 * first. */
void text_pieces(const struct text_pace *pace, const char *text, size_t len,
    bool *in_url, text_piece_fn *fn, void *ctx);

#endif
