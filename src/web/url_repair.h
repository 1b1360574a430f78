/*
 * What people type for a path of the API: the version twice or not at all, a
 * whole endpoint as the base URL, a slash for a colon, other letters' case. The
 * last thing in a path that names an operation is what is meant; what stands
 * before it says whose API it is.
 */
#ifndef KEYWHEEL_WEB_URL_REPAIR_H
#define KEYWHEEL_WEB_URL_REPAIR_H

#include "base/buf.h"

#define URL_REPAIR_MAX 4

/* Paths that may be meant, the likeliest first. */
struct url_guesses {
	struct buf path[URL_REPAIR_MAX];
	int n;
};

/*
 * Guess what a path without a route is to be, as it was sent, still
 * percent-encoded, without the query. Nothing but the path is looked at: which
 * of the guesses has a route is for the caller to find out. Clear the guesses
 * afterwards.
 */
void url_repair_guess(const char *path, struct url_guesses *guesses);
void url_guesses_clear(struct url_guesses *guesses);

#endif
