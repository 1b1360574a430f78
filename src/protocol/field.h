/*
 * Checking the members of a client's JSON body: type and range, with OpenAI's
 * error codes and paths (contract section 3.1). Shared by every route that
 * reads such a body.
 */
#ifndef KEYWHEEL_PROTOCOL_FIELD_H
#define KEYWHEEL_PROTOCOL_FIELD_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/api_error.h"

/* Room for the path of a field: messages[123].content[4].image_url.url */
#define FIELD_PATH_SIZE 160

enum field_type {
	FIELD_BOOL,
	FIELD_INT, /* also 5.0 */
	FIELD_NUMBER,
	FIELD_STRING,
	FIELD_OBJECT,
	FIELD_ARRAY,
	FIELD_TEXT_OR_ARRAY, /* a string or an array */
};

struct field_rule {
	enum field_type type;
	double low, high; /* for INT and NUMBER; both 0: any */
};

/* False with *error set (invalid_type, or integer_below_min_value and its
 * like) if the value breaks the rule. value may be NULL, which is null. */
MUSTCHECK bool field_check(struct json_object *value,
    const struct field_rule *rule, const char *path, struct api_error *error);

/* Set missing_required_parameter; false. */
bool field_missing(const char *path, struct api_error *error);

/* Every element of an array, which is at path, must be of that type. */
MUSTCHECK bool field_check_elements(struct json_object *array,
    enum field_type type, const char *path, struct api_error *error);

/* The place of a word in a list, or -1 with invalid_value set, which names
 * the words that are understood. */
MUSTCHECK int field_choose(struct json_object *word, const char *const *words,
    size_t count, const char *path, struct api_error *error);

#endif
