/* What a client is told when Gemini would not answer (contract 2.2). */
#ifndef KEYWHEEL_PROTOCOL_REFUSAL_H
#define KEYWHEEL_PROTOCOL_REFUSAL_H

#include <stdbool.h>

#include "base/buf.h"
#include "protocol/gemini_reader.h"

/* True if the prompt itself was blocked: there is no candidate. */
bool refusal_of_prompt(const struct gemini_reader *r);

/* Append the text of the refusal; false if that choice was not refused, or
 * only after some text of the answer. */
bool refusal_write(const struct gemini_reader *r, int choice, struct buf *text);

#endif
