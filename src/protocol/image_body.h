/* What a Gemini model is asked with for a picture, by generateContent. */
#ifndef KEYWHEEL_PROTOCOL_IMAGE_BODY_H
#define KEYWHEEL_PROTOCOL_IMAGE_BODY_H

#include "base/json.h"

/* Borrowed. */
struct image_body {
	const char *model; /* by its clean name */
	const char *prompt;
	struct json_object *inputs; /* inlineData objects, or NULL */
	struct json_object *safety; /* safetySettings, or NULL */
	const char *shape;          /* "16:9"; "": the model's own */
	const char *steps;          /* "2K"; NULL: the model's own */
};

/* The body; it shares inputs and safety. The caller owns it. */
struct json_object *image_body_new(const struct image_body *b);

#endif
