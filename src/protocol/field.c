/* Checks of type and range, with the words OpenAI has for what they find. */
#include "protocol/field.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"

static const char *const expected_names[] = {
    [FIELD_BOOL] = "a boolean",
    [FIELD_INT] = "an integer",
    [FIELD_NUMBER] = "a decimal",
    [FIELD_STRING] = "a string",
    [FIELD_OBJECT] = "an object",
    [FIELD_ARRAY] = "an array",
    [FIELD_TEXT_OR_ARRAY] = "a string or an array",
    [FIELD_TEXT_OR_OBJECT] = "a string or an object",
};

static const char *
name_of_type(struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_boolean:
		return "a boolean";
	case json_type_int:
		return "an integer";
	case json_type_double:
		return isfinite(json_object_get_double(value))
		    ? "a decimal"
		    : "a number beyond all bounds";
	case json_type_string:
		return "a string";
	case json_type_array:
		return "an array";
	case json_type_object:
		return "an object";
	default:
		return "null";
	}
}

/* A decimal that is a whole number counts as an integer: 5.0, 1e30. */
static bool
is_whole(struct json_object *value)
{
	double x = json_object_get_double(value);
	if (x > -9e18 && x < 9e18)
		return (double)(int64_t)x == x;
	return isfinite(x);
}

static bool
is_of_type(struct json_object *value, enum field_type type)
{
	enum json_type is = json_object_get_type(value);
	switch (type) {
	case FIELD_BOOL:
		return is == json_type_boolean;
	case FIELD_INT:
		return is == json_type_int ||
		    (is == json_type_double && is_whole(value));
	case FIELD_NUMBER:
		return is == json_type_int || is == json_type_double;
	case FIELD_STRING:
		return is == json_type_string;
	case FIELD_OBJECT:
		return is == json_type_object;
	case FIELD_ARRAY:
		return is == json_type_array;
	case FIELD_TEXT_OR_ARRAY:
		return is == json_type_string || is == json_type_array;
	case FIELD_TEXT_OR_OBJECT:
		return is == json_type_string || is == json_type_object;
	}
	return false;
}

static bool
check_range(struct json_object *value, const struct field_rule *rule,
    const char *path, struct api_error *error)
{
	double x = json_object_get_double(value);
	if ((rule->low == 0 && rule->high == 0) ||
	    (x >= rule->low && x <= rule->high))
		return true;

	/* What is no number at all is neither: it counts as too low. */
	bool above = x > rule->high;
	bool whole = rule->type == FIELD_INT;
	const char *code = whole
	    ? (above ? "integer_above_max_value" : "integer_below_min_value")
	    : (above ? "decimal_above_max_value" : "decimal_below_min_value");
	return api_error_set_code(error, FAULT_OUT_OF_RANGE, code, path,
	    "Invalid '%s': %s %s value. Expected a value %s %.10g, but got "
	    "%.10g instead.",
	    path, whole ? "integer" : "decimal",
	    above ? "above maximum" : "below minimum",
	    above ? "<=" : ">=", above ? rule->high : rule->low, x);
}

struct field_path
field_path(const char *format, ...)
{
	struct field_path path = {""};
	va_list args;
	va_start(args, format);
	vsnprintf(path.text, sizeof(path.text), format, args);
	va_end(args);
	return path;
}

bool
field_check(struct json_object *value, const struct field_rule *rule,
    const char *path, struct api_error *error)
{
	if (!is_of_type(value, rule->type))
		return api_error_set(error, FAULT_WRONG_TYPE, path,
		    "Invalid type for '%s': expected %s, but got %s instead.",
		    path, expected_names[rule->type], name_of_type(value));
	if (rule->type == FIELD_INT || rule->type == FIELD_NUMBER)
		return check_range(value, rule, path, error);
	return true;
}

bool
field_missing(const char *path, struct api_error *error)
{
	return api_error_set(error, FAULT_MISSING_FIELD, path,
	    "Missing required parameter: '%s'.", path);
}

bool
field_bad_model(struct api_error *error)
{
	return api_error_set(error, FAULT_BAD_VALUE, "model",
	    "Invalid 'model': a name has 1 to 128 characters, and only "
	    "letters, digits and . _ : @ -");
}

bool
field_unserved_model(
    const char *path, const char *name, struct api_error *error)
{
	return api_error_set(error, FAULT_MODEL_NOT_FOUND, path,
	    "The model '%.*s' is not served here.",
	    (int)text_cut(name, FIELD_QUOTE_MAX), name);
}

bool
field_member(struct json_object *o, const char *name, enum field_type type,
    bool required, const char *path, struct json_object **value,
    struct api_error *error)
{
	const struct field_rule rule = {type, 0, 0};
	const struct field_path member =
	    field_path("%s%s%s", path, path[0] == '\0' ? "" : ".", name);
	*value = json_get(o, name);
	if (*value == NULL)
		return !required || field_missing(member.text, error);
	return field_check(*value, &rule, member.text, error);
}

bool
field_name(struct json_object *o, const char *name, const char *path,
    const char **text, struct api_error *error)
{
	struct json_object *value;
	if (!field_member(o, name, FIELD_STRING, true, path, &value, error))
		return false;
	*text = json_object_get_string(value);
	size_t len = (size_t)json_object_get_string_len(value);
	if (len > 0 && strlen(*text) == len)
		return true;

	const struct field_path member = field_path("%s.%s", path, name);
	return api_error_set(error, FAULT_BAD_VALUE, member.text,
	    "Invalid '%s': a name is not empty and holds no NUL.", member.text);
}

bool
field_check_elements(struct json_object *array, enum field_type type,
    const char *path, struct api_error *error)
{
	const struct field_rule rule = {type, 0, 0};
	for (size_t i = 0; i < json_count(array); i++) {
		char element[FIELD_PATH_SIZE];
		snprintf(element, sizeof(element), "%s[%zu]", path, i);
		if (!field_check(json_at(array, i), &rule, element, error))
			return false;
	}
	return true;
}

int
field_choose(struct json_object *word, const char *const *words, size_t count,
    const char *path, struct api_error *error)
{
	const struct field_rule rule = {FIELD_STRING, 0, 0};
	if (!field_check(word, &rule, path, error))
		return -1;

	const char *text = json_object_get_string(word);
	for (size_t i = 0; i < count; i++)
		if (strcmp(text, words[i]) == 0)
			return (int)i;

	struct buf list;
	buf_init(&list, BUF_SMALL);
	for (size_t i = 0; i < count; i++)
		buf_fmt(&list, "%s'%s'",
		    i == 0               ? ""
			: i == count - 1 ? " and "
					 : ", ",
		    words[i]);
	api_error_set(error, FAULT_BAD_VALUE, path,
	    "Invalid value: '%.*s'. Supported values are: %s.",
	    (int)text_cut(text, FIELD_QUOTE_MAX), text, buf_cstr(&list));
	buf_clear(&list);
	return -1;
}
