/*
 * What verdicts mean, in plain words: for the pages and for whoever explains a
 * request. All texts are messages (N_ of base/attr.h).
 */
#ifndef KEYWHEEL_POOL_VERDICT_WORDS_H
#define KEYWHEEL_POOL_VERDICT_WORDS_H

/* Whose fault it is. */
enum verdict_blame {
	BLAME_KEY,     /* or its project */
	BLAME_QUOTA,   /* nobody's: the key may not do more now */
	BLAME_REQUEST, /* the client's */
	BLAME_GOOGLE,
	BLAME_WAY, /* the network, a proxy */
	BLAME_NOBODY,
};

struct verdict_words {
	const char *name; /* of struct verdict */
	enum verdict_blame blame;
	const char *title;  /* a few words */
	const char *clause; /* what happened, to follow other words */
	const char *text;   /* what it means, and what keywheel does then */
};

/* Static; NULL for a name that is not known. */
const struct verdict_words *verdict_words_find(const char *name);

/* Whose fault that is, as a message. */
const char *verdict_blame_words(enum verdict_blame blame);

/* All of them, for lists to choose from. */
extern const struct verdict_words verdict_words[];
extern const int verdict_n_words;

#endif
