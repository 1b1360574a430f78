/* The model that a client of one of the smaller routes asks for. */
#ifndef KEYWHEEL_PROTOCOL_MODEL_ASKED_H
#define KEYWHEEL_PROTOCOL_MODEL_ASKED_H

#include <stdbool.h>

#include "base/attr.h"

struct api_error;
struct json_object;

struct model_asked {
	char *model;      /* Gemini's name */
	char *pool_model; /* the database's */
	const char *pool; /* that the name asks for, or NULL */
};

/* Take a name as a client writes it. False with *error set if it is none, or
 * among filtered (names, or NULL). Clear asked in either case. */
MUSTCHECK bool model_asked_take(struct model_asked *asked, const char *name,
    struct json_object *filtered, struct api_error *error);
void model_asked_clear(struct model_asked *asked);

#endif
