/* The text of a refusal, from Gemini's reasons. */
#include "protocol/refusal.h"

#include <string.h>

#include "base/text.h"

bool
refusal_of_prompt(const struct gemini_reader *r, int choice)
{
	return gemini_reader_block(r, choice) != NULL;
}

bool
refusal_write(const struct gemini_reader *r, int choice, struct buf *text)
{
	const struct gemini_choice *c = &r->choices[choice];

	if (refusal_of_prompt(r, choice)) {
		buf_fmt(text, "Prompt blocked by Gemini: %s", r->block_reason);
		return true;
	}
	if (c->finish != FINISH_FILTER || c->text_bytes > 0)
		return false;
	if (c->message == NULL || c->message[0] == '\0') {
		buf_str(text, c->reason);
		return true;
	}

	/* Google's words may quote what is none of the client's business. */
	struct buf joined;
	buf_init(&joined, BUF_LARGE);
	surrogate_clean(c->message, strlen(c->message), &joined);
	text_redact(text, buf_cstr(&joined), joined.len);
	buf_clear(&joined);
	return true;
}
