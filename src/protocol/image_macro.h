/*
 * What gemini-balance's users write into their prompts: {n:2} for so many
 * pictures, {ratio:16:9} for their shape. It goes before what the request
 * says elsewhere, and the model does not get to see it.
 */
#ifndef KEYWHEEL_PROTOCOL_IMAGE_MACRO_H
#define KEYWHEEL_PROTOCOL_IMAGE_MACRO_H

#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "protocol/api_error.h"

struct image_macros {
	int n;             /* 0: nothing was said */
	const char *shape; /* of the list, or NULL */
};

/*
 * Append the prompt without its macros, and without the blanks around it.
 * False with *error set, which names path, if a number is not in 1 to most or
 * a shape not in the list. {n:} and {ratio:} of anything else than digits are
 * no macros, and stay. Of two of a kind the later one counts.
 */
MUSTCHECK bool image_macro_take(const char *prompt, size_t len, int most,
    const char *const *shapes, const char *path, struct image_macros *macros,
    struct buf *clean, struct api_error *error);

#endif
