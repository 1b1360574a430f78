/*
 * Gemini's embeddings, and OpenAI's answer made of them. A call's answer may
 * hold a third of a million numbers: they are read where they stand, into four
 * bytes each, and never become objects.
 */
#ifndef KEYWHEEL_PROTOCOL_EMBED_ANSWER_H
#define KEYWHEEL_PROTOCOL_EMBED_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "protocol/embed_request.h"

struct embed_answer {
	struct buf numbers; /* floats, vector after vector */
	size_t n;           /* vectors */
	size_t size;        /* numbers of each; 0: there is none yet */
	int64_t tokens;     /* that Gemini counted; 0: it told none */
};

/* The numbers may have that many bytes. */
void embed_answer_init(struct embed_answer *a, size_t max);
void embed_answer_clear(struct embed_answer *a);

/*
 * Take in the answer to one :embedContent or :batchEmbedContents, which must
 * hold that many vectors, each of the size of those before. False if it does
 * not, or cannot be understood; then nothing has changed.
 */
MUSTCHECK bool embed_answer_take(
    struct embed_answer *a, const char *text, size_t len, size_t expected);

/* Is the text such an answer, with any number of vectors? *tokens: what
 * Gemini counted, or 0. */
MUSTCHECK bool embed_answer_check(
    const char *text, size_t len, int64_t *tokens);

/* Forget all but the first n vectors, and the tokens beyond so many. */
void embed_answer_keep(struct embed_answer *a, size_t n, int64_t tokens);

/* How large OpenAI's answer will be, in bytes, with vectors of so many
 * numbers: about, and rarely more. */
size_t embed_answer_size(const struct embed_request *req, size_t size);

/*
 * Append OpenAI's answer. Vectors that were asked for shortened get the
 * length 1, which Gemini gives only to whole ones.
 */
void embed_answer_write(const struct embed_answer *a,
    const struct embed_request *req, int64_t tokens, struct buf *out);

#endif
