/* A new secret, which is shown in one answer and nowhere else. */
#ifndef KEYWHEEL_ADMIN_TOKEN_SECRET_H
#define KEYWHEEL_ADMIN_TOKEN_SECRET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "store/token_changes.h"

struct visit;

struct token_new {
	struct token_secret secret; /* form NULL: the posted one has none */
	struct buf text, form;
};

/* Make one for the form that was posted. */
void token_new_begin(struct token_new *new, struct visit *v);

/* Wipe it. */
void token_new_end(struct token_new *new);

/* The page that shows it; fresh false: that the form had its secret before. */
void token_new_show(
    const struct token_new *new, struct visit *v, int64_t token_id, bool fresh);

#endif
