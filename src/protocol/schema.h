/*
 * JSON schemas as clients write them, made into what Gemini takes (contract
 * section 1.5). It has two dialects, and refuses a request for a keyword that
 * its dialect does not know. Keywords are looked for where a schema may stand
 * and nowhere else: a property that is named `not` is a property.
 */
#ifndef KEYWHEEL_PROTOCOL_SCHEMA_H
#define KEYWHEEL_PROTOCOL_SCHEMA_H

#include <json-c/json.h>
#include <stddef.h>

#include "base/attr.h"

enum schema_dialect {
	SCHEMA_JSON,    /* responseJsonSchema, parametersJsonSchema */
	SCHEMA_OPENAPI, /* responseSchema, parameters: for old models */
};

enum schema_result {
	SCHEMA_OK,
	/* It holds itself: below a property that is required (SCHEMA_JSON), or
	 * anywhere (SCHEMA_OPENAPI, which has no $ref). */
	SCHEMA_RECURSIVE,
	SCHEMA_TOO_LARGE, /* or too deep */
	SCHEMA_INVALID,   /* it is no object */
};

/* How deep schemas may lie in each other in what comes out. */
#define SCHEMA_MAX_DEPTH 50

/*
 * How much may come of all schemas of a request, in values; 64 bytes of text
 * count as one. A kilobyte of $refs could fill the memory otherwise.
 */
#define SCHEMA_ROOM ((size_t)50000)

/*
 * Clean a schema, which is borrowed and not changed; parts of it may be
 * shared by the result. *room is what may still come of this request's
 * schemas, at first SCHEMA_ROOM; what was used is taken off. *cleaned is the
 * caller's, and NULL unless the result is SCHEMA_OK.
 *
 * Keys keep their order, numbers their text. A schema that has been cleaned
 * stays as it is when it is cleaned again. What is wrong in small (a keyword
 * whose value has the wrong type, a $ref that leads nowhere) is left out, so
 * that the result allows more and never something else.
 */
MUSTCHECK enum schema_result schema_clean(struct json_object *schema,
    enum schema_dialect dialect, size_t *room, struct json_object **cleaned);

/*
 * The same for the parameters of a function, where there is no way but to
 * send what can be sent. *dialect says what the model understands and, on
 * return, what the result is written in: a recursive schema becomes
 * SCHEMA_JSON even for a model that prefers SCHEMA_OPENAPI, and where it may
 * not recurse it is cut to its bare type. NULL if nothing is to be sent:
 * without any property, or too large.
 */
struct json_object *schema_for_parameters(
    struct json_object *schema, enum schema_dialect *dialect, size_t *room);

#endif
