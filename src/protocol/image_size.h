/*
 * Sizes of pictures: OpenAI's clients name pixels, Gemini's models know
 * shapes and steps of resolution (contract section 4.2).
 */
#ifndef KEYWHEEL_PROTOCOL_IMAGE_SIZE_H
#define KEYWHEEL_PROTOCOL_IMAGE_SIZE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"

/* Shapes, "16:9", of the models; a list that ends with NULL. */
extern const char *const image_size_gemini[];
extern const char *const image_size_imagen[];

/* The nearest shape to a text like 1536x1024, or NULL if it is none; "auto"
 * gives "". */
const char *image_size_shape(const char *text, const char *const *shapes);

/* The shape of the list that is called so; NULL if there is none. */
const char *image_size_named(
    const char *text, size_t len, const char *const *shapes);

/* Append their names: "1:1, 2:3 and 3:2". */
void image_size_list(const char *const *shapes, struct buf *out);

#endif
