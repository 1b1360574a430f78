/* How requests ended, in words for people. */
#ifndef KEYWHEEL_ADMIN_OUTCOME_WORDS_H
#define KEYWHEEL_ADMIN_OUTCOME_WORDS_H

#include <stdbool.h>

/* good: the client got Gemini's answer. bad: neither the client nor its
 * request is the reason that it did not. */
struct outcome_words {
	const char *outcome;
	const char *words; /* a message */
	bool good, bad;
};

/* The words for an outcome of the account; what is not known is called by its
 * own name, which stays the caller's. */
struct outcome_words outcome_words(const char *outcome);

#endif
