/* How requests ended, in words for people. */
#ifndef KEYWHEEL_ADMIN_OUTCOME_WORDS_H
#define KEYWHEEL_ADMIN_OUTCOME_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* good: the client got Gemini's answer. bad: neither the client nor its
 * request is the reason that it did not. */
struct outcome_words {
	const char *outcome;
	const char *title; /* a message: a word or two, for a badge */
	const char *words; /* a message */
	bool good, bad;
};

/* The words for an outcome of the account; what is not known is called by its
 * own name, which stays the caller's. */
struct outcome_words outcome_words(const char *outcome);

/* Is that one of them? */
bool outcome_words_known(const char *outcome);

/* The class of its badge: good, bad, warn. Static. */
const char *outcome_words_state(const struct outcome_words *words);

/* All of them, for lists to choose from: *n rows, static. */
const struct outcome_words *outcome_words_all(size_t *n);

#endif
