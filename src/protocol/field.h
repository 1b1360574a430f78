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

/* A word of the client's that is quoted back is cut after so many bytes, with
 * text_cut(). */
#define FIELD_QUOTE_MAX 64

/* The path of a field, to be used at once or kept in a variable. What does
 * not fit is cut. */
struct field_path {
	char text[FIELD_PATH_SIZE];
};
struct field_path field_path(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

enum field_type {
	FIELD_BOOL,
	FIELD_INT, /* also 5.0 */
	FIELD_NUMBER,
	FIELD_STRING,
	FIELD_OBJECT,
	FIELD_ARRAY,
	FIELD_TEXT_OR_ARRAY,  /* a string or an array */
	FIELD_TEXT_OR_OBJECT, /* a string or an object */
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

/* Set invalid_value for a model that no name could be; false. */
bool field_bad_model(struct api_error *error);

/* Refuse a model at that path that is filtered, or that nobody has. Returns
 * false. */
bool field_unserved_model(
    const char *path, const char *name, struct api_error *error);

/* Find the member of o, which is at path ("" for the body itself), in *value:
 * NULL if it is absent. False with *error set if it breaks the rule, or is
 * absent and must not be. */
MUSTCHECK bool field_member(struct json_object *o, const char *name,
    enum field_type type, bool required, const char *path,
    struct json_object **value, struct api_error *error);

/* The same for a name: a string that is required, not empty and without a
 * NUL. */
MUSTCHECK bool field_name(struct json_object *o, const char *name,
    const char *path, const char **text, struct api_error *error);

/* Every element of an array, which is at path, must be of that type. */
MUSTCHECK bool field_check_elements(struct json_object *array,
    enum field_type type, const char *path, struct api_error *error);

/* The place of a word in a list, or -1 with invalid_value set, which names
 * the words that are understood. */
MUSTCHECK int field_choose(struct json_object *word, const char *const *words,
    size_t count, const char *path, struct api_error *error);

#endif
