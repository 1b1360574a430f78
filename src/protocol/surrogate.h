/*
 * Halves of surrogate pairs. Gemini may cut an emoji in the middle, so that
 * one event ends with the escape \ud83d and the next begins with \ude00; a
 * JSON parser makes U+FFFD of each. Here such an escape is replaced, before
 * parsing, by a mark that survives it, and the marks are joined when the text
 * leaves.
 *
 * The mark of the half 0xD800 + x is the code point U+10F800 + x, the last
 * 2048 of the private use plane 16. A text that holds one of these itself is
 * not harmed: it is written as its own two halves and joined like the others.
 * So after surrogate_mark every such code point is a mark, and a text that
 * has neither a half nor such a code point is not touched.
 */
#ifndef KEYWHEEL_PROTOCOL_SURROGATE_H
#define KEYWHEEL_PROTOCOL_SURROGATE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"

/* Append the JSON text with its halves marked. False, and nothing appended,
 * if there is nothing to mark: use the text as it is. */
MUSTCHECK bool surrogate_mark(const char *json, size_t len, struct buf *marked);

/* json_parse() of the marked text: for events of Gemini's. The media in them,
 * long texts of members called `data` and `bytesBase64Encoded`, may be left
 * where they are in the given text, which must outlive the object:
 * json_text() reads them. */
struct json_object *surrogate_parse(
    const char *json, size_t len, const char **why);

/* One text that comes in pieces. Zero-initialised = at its start. */
struct surrogate {
	uint16_t held; /* the high half that waits for its low one, or 0 */
};

/* True if surrogate_join would change the piece; false: it may be used as it
 * is. */
bool surrogate_touches(const struct surrogate *s, const char *text, size_t len);

/* Append a piece with its marks joined; a half without its other becomes
 * U+FFFD. A high half at the end is held for the next piece. */
void surrogate_join(
    struct surrogate *s, const char *text, size_t len, struct buf *out);

/* No more will come: a half that is held becomes U+FFFD. */
void surrogate_end(struct surrogate *s, struct buf *out);

/* Append a text that stands alone, joined. */
void surrogate_clean(const char *text, size_t len, struct buf *out);

#endif
