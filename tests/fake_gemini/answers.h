/* The JSON of successful answers.  Pure: the same answer, the same bytes. */
#ifndef FAKE_ANSWERS_H
#define FAKE_ANSWERS_H

#include <stdint.h>

#include "reply.h"

struct answer {
	const char *model;
	struct span text;
	size_t events;   /* of a stream */
	bool unfinished; /* leave out the finishReason */
	struct tokens tokens;
	bool own;        /* the tokens are not those of the text */
	uint64_t number; /* becomes the responseId */
};

/*
 * answers_text(out, prompt, least): the default text, an echo of the prompt,
 *   made at least so many bytes long.
 * answers_fill(out, least): lengthen a text with words.
 * answers_count(answer, prompt): set the tokens; text and model must be set.
 * answers_unary(out, answer): a generateContent answer, as Google prints it.
 * answers_event(out, answer, i): the i-th event, from 0, on one line.
 * answers_said(answer, i): the tokens that it tells.
 * answers_tokens(out, n): a countTokens answer.
 */
void answers_text(struct buf *, struct span, size_t);
void answers_fill(struct buf *, size_t);
void answers_count(struct answer *, long long);
void answers_unary(struct buf *, const struct answer *);
void answers_event(struct buf *, const struct answer *, size_t);
struct tokens answers_said(const struct answer *, size_t);
void answers_tokens(struct buf *, long long);

#endif
