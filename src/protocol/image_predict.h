/*
 * Imagen's :predict, in the terms of generateContent. Its models are gone
 * from the Gemini API by now; whoever's endpoint still has them can use them.
 * Source: Google's REST reference of models.predict for Imagen 3 and 4.
 */
#ifndef KEYWHEEL_PROTOCOL_IMAGE_PREDICT_H
#define KEYWHEEL_PROTOCOL_IMAGE_PREDICT_H

#include <stdbool.h>

#include "base/json.h"

/* Pictures of one call, at most. */
#define IMAGE_PREDICT_MAX 4

/* Is the model, by its clean name, asked that way? */
bool image_predict_is(const char *model);

/* Does it know steps of resolution? */
bool image_predict_has_sizes(const char *model);

/* The body for n pictures; shape "" and size NULL: its own. The caller owns
 * it. */
struct json_object *image_predict_body(
    const char *prompt, int n, const char *shape, const char *size);

/* An answer as generateContent would give it: the pictures of `predictions`
 * as parts of one candidate; raiFilteredReason as the reason why there are
 * none. NULL if it is no such answer. The caller owns it; its texts are
 * shared. */
struct json_object *image_predict_answer(struct json_object *answer);

#endif
