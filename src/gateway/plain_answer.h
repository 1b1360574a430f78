/* Judging answers in whose form there is no place for how they ended: sound,
 * and what was heard. */
#ifndef KEYWHEEL_GATEWAY_PLAIN_ANSWER_H
#define KEYWHEEL_GATEWAY_PLAIN_ANSWER_H

#include "gateway/relay.h"
#include "protocol/gemini_reader.h"

/* What was blocked, or filtered on its way, is an error; what has no end is
 * cut; everything else is answered. */
struct closing plain_answer_judge(const struct gemini_reader *r);

#endif
