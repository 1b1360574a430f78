/* Words for how requests ended. */
#ifndef KEYWHEEL_ADMIN_OUTCOME_WORDS_H
#define KEYWHEEL_ADMIN_OUTCOME_WORDS_H

struct outcome_words {
	const char *name;  /* of the account */
	const char *state; /* a class of badges: good, warn, bad, other */
	const char *title; /* messages: a few words, and a sentence */
	const char *text;
};

/* Static; NULL for a name that is not known. */
const struct outcome_words *outcome_words_find(const char *name);

extern const struct outcome_words outcome_words[];
extern const int outcome_n_words;

#endif
