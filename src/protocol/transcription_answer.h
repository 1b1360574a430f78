/* What Gemini has heard, as OpenAI tells it: one object, bare text, or the
 * events of a stream. */
#ifndef KEYWHEEL_PROTOCOL_TRANSCRIPTION_ANSWER_H
#define KEYWHEEL_PROTOCOL_TRANSCRIPTION_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "protocol/usage.h"

/* The text as a whole, and what it has cost. */
void transcription_answer_json(
    struct buf *out, const struct buf *text, const struct usage *usage);
void transcription_answer_plain(struct buf *out, const struct buf *text);

/* transcript.text.delta, and transcript.text.done. */
void transcription_answer_delta(struct buf *out, const char *text, size_t len);
void transcription_answer_done(
    struct buf *out, const struct buf *text, const struct usage *usage);

#endif
