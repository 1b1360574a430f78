/* The list of models. */
#ifndef FAKE_MODELS_H
#define FAKE_MODELS_H

#include "buf.h"

/*
 * models_one(out, name): the model as JSON; false if there is none so named.
 * models_page(out, size, token): one page, from where the token of the page
 *   before says ("" for the first); size 0 stands for 50.  False: bad token.
 */
bool models_one(struct buf *, const char *);
bool models_page(struct buf *, long long, struct span);

#endif
