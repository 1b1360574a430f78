/* Answers without a finish reason. */
#include "gateway/plain_answer.h"

static struct closing
blocked(const char *reason)
{
	return (struct closing){.end = ATTEMPT_BLOCKED,
	    .outcome = OUTCOME_BLOCKED,
	    .as_error = true,
	    .reason = reason};
}

struct closing
plain_answer_judge(const struct gemini_reader *r)
{
	const struct gemini_choice *c = &r->choices[0];
	switch (gemini_reader_state(r, true)) {
	case ANSWER_BLOCKED:
		return blocked(r->block_reason);
	case ANSWER_OPEN:
	case ANSWER_TRUNCATED:
		return (struct closing){.end = ATTEMPT_CUT};
	default:
		break;
	}
	if (c->finish == FINISH_FILTER)
		return blocked(c->reason);
	return (struct closing){.end = ATTEMPT_ANSWERED,
	    .outcome =
		c->finish == FINISH_LENGTH ? OUTCOME_LENGTH : OUTCOME_COMPLETE};
}
