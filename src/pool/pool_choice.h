/*
 * Whose keys a request may have. Gemini's keys serve what nobody else has to;
 * those with billing what needs it; Vertex's only who asks for Vertex, which
 * is another API.
 */
#ifndef KEYWHEEL_POOL_POOL_CHOICE_H
#define KEYWHEEL_POOL_POOL_CHOICE_H

#include <stdbool.h>

#include "base/setting.h"

#define POOL_GEMINI "gemini"
#define POOL_PAID "paid"
#define POOL_VERTEX "vertex"

/* Names of pools; they are constants. */
struct pool_choice {
	const char *pool;
	/* … whose turn it is when no key of that one is free; NULL: none. */
	const char *more;
	/* … instead of that one if it has no key at all; NULL: none. */
	const char *instead;
};

/* asked: the pool that the request names, or NULL; model: Gemini's name; tier:
 * it would like a tier of service that only billed keys have. */
struct pool_choice pool_choose(const struct settings *set, const char *asked,
    const char *model, bool tier);

#endif
