/*
 * What a model says in an answer of the API, whichever of our dialects it is
 * in: the text of a JSON body, or of one event of a stream. What is not known
 * has none.
 */
#ifndef KEYWHEEL_ADMIN_TRY_TEXT_H
#define KEYWHEEL_ADMIN_TRY_TEXT_H

#include "base/buf.h"

struct json_object;

/* Append it; thoughts are left out. */
void try_text_take(struct json_object *answer, struct buf *out);

#endif
