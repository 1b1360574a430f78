/* Why something happened to a key, or an attempt failed, in words. */
#ifndef KEYWHEEL_POOL_CAUSE_WORDS_H
#define KEYWHEEL_POOL_CAUSE_WORDS_H

/* A verdict's name (its clause in pool/verdict_words.h), or another cause, as a
 * message; NULL if there are no words for it but its own. */
const char *cause_words(const char *cause);

#endif
