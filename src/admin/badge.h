/* States, and whatever else is one of a few words, as badges. */
#ifndef KEYWHEEL_ADMIN_BADGE_H
#define KEYWHEEL_ADMIN_BADGE_H

#include <stdbool.h>
#include <stddef.h>

struct json_object;

struct badge {
	const char *code;  /* in the data */
	const char *level; /* good, warn, bad, other */
	const char *label; /* a message */
};

/* The code's level and label become members of row. False, and nothing is
 * set: it has none of the n badges. code may be NULL. */
bool badge_set(struct json_object *row, const struct badge *badges, size_t n,
    const char *code);

#endif
