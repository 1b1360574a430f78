/*
 * What the gateway itself puts into the content of an answer, between the
 * texts of Gemini's: where it stands, so that places in Gemini's text can be
 * found again in the content that the client gets.
 */
#ifndef KEYWHEEL_PROTOCOL_INSERTIONS_H
#define KEYWHEEL_PROTOCOL_INSERTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct insertion {
	size_t at;     /* after so many bytes of Gemini's text */
	size_t len;    /* its bytes */
	size_t points; /* code points of this one and all before it */
};

/* Zero-initialised = empty, and the texts are not kept. */
struct insertions {
	struct insertion *list;
	size_t n;
	bool failed;     /* memory ran out */
	bool keeps;      /* their texts, one after the other, in: */
	struct buf text; /* for insertions_join() */
};

/* Keep the texts, up to max bytes altogether. */
void insertions_keep(struct insertions *in, size_t max);
void insertions_clear(struct insertions *in);

/* One more; `at` is never less than that of the one before. */
void insertions_add(
    struct insertions *in, size_t at, const char *text, size_t len);

/* The code points of those that stand before byte `at` of Gemini's text;
 * those that stand exactly there count if `there` says so. NULL: none. */
size_t insertions_before(const struct insertions *in, size_t at, bool there);

/* True if all of them could be kept. */
bool insertions_ok(const struct insertions *in);

/* Append Gemini's text with the insertions at their places. */
void insertions_join(
    const struct insertions *in, const char *text, size_t len, struct buf *out);

#endif
