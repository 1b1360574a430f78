/* The keywords of a schema that hold plain values: type, enum, const, format,
 * bounds and lists of names. */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "protocol/schema_parts.h"

/* There are seven types: what a longer list says has been said. */
#define MAX_NAMED 16

/* In the order in which a set is written. */
static const char *const type_names[] = {
    "string", "integer", "number", "boolean", "object", "array", "null"};

/* --- types --------------------------------------------------------------- */

/* The type of that name, which Gemini's own schemas have in upper case. */
static unsigned
type_of_name(struct json_object *name)
{
	if (!json_object_is_type(name, json_type_string))
		return 0;
	for (size_t i = 0; i < COUNT_OF(type_names); i++)
		if (text_same(json_object_get_string(name), type_names[i]))
			return 1u << i;
	return 0;
}

static unsigned
type_of_value(struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_string:
		return TYPE_STRING;
	case json_type_int:
		return TYPE_INTEGER;
	case json_type_double:
		return TYPE_NUMBER;
	case json_type_boolean:
		return TYPE_BOOLEAN;
	case json_type_object:
		return TYPE_OBJECT;
	case json_type_array:
		return TYPE_ARRAY;
	default:
		return TYPE_NULL;
	}
}

static const char *
name_of_type(unsigned type)
{
	size_t i = 0;
	while (type >> (i + 1) != 0)
		i++;
	return type_names[i];
}

/* The length of a list of types, as far as it is read. */
static size_t
count_types(struct json_object *list)
{
	return json_count(list) < MAX_NAMED ? json_count(list) : MAX_NAMED;
}

unsigned
schema_value_types(struct json_object *source)
{
	struct json_object *type = json_get(source, "type");
	unsigned types = type_of_name(type);
	for (size_t i = 0; i < count_types(type); i++)
		types |= type_of_name(json_at(type, i));
	if (types != 0 && json_get_bool(source, "nullable"))
		types |= TYPE_NULL;
	return types;
}

void
schema_value_write_type(struct json_object *out, unsigned types)
{
	struct json_object *list = json_object_new_array();
	for (unsigned type = 1; type <= types; type <<= 1)
		if ((types & type) != 0)
			json_object_array_add(
			    list, json_object_new_string(name_of_type(type)));
	if (json_count(list) > 1) {
		json_set(out, "type", list);
		return;
	}
	json_share(out, "type", json_at(list, 0));
	json_object_put(list);
}

void
schema_value_take_type(struct json_object *out, struct json_object *source)
{
	struct json_object *type = json_get(source, "type");
	unsigned rest = schema_value_types(source);
	if (rest == 0)
		return;
	if (json_count(type) == 0) {
		schema_value_write_type(out, rest);
		return;
	}

	/* A list keeps its order; that of nullable comes last. */
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i <= count_types(type); i++) {
		unsigned one = i < count_types(type)
		    ? type_of_name(json_at(type, i))
		    : TYPE_NULL;
		if ((rest & one) != 0)
			json_object_array_add(
			    list, json_object_new_string(name_of_type(one)));
		rest &= ~one;
	}
	json_set(out, "type", list);
}

/* --- enum and const ------------------------------------------------------ */

/* The values a schema allows, as a list that the caller owns; NULL if it
 * does not list them. const is a list of one. */
static struct json_object *
allowed_values(struct json_object *source)
{
	struct json_object *values = json_get(source, "enum");
	struct json_object *one = NULL;
	if (json_object_object_get_ex(source, "const", &one)) {
		values = json_object_new_array();
		json_object_array_add(values, json_object_get(one));
		return values;
	}
	return json_object_is_type(values, json_type_array)
	    ? json_object_get(values)
	    : NULL;
}

unsigned
schema_value_listed(struct json_object *source)
{
	struct json_object *values = allowed_values(source);
	unsigned types = 0;
	for (size_t i = 0; i < json_count(values); i++)
		types |= type_of_value(json_at(values, i));
	json_object_put(values);
	return types;
}

/* What the dialect takes of a value: itself, a text for it, or NULL. */
static struct json_object *
enum_value(enum schema_dialect dialect, struct json_object *value)
{
	unsigned type = type_of_value(value);
	if (type == TYPE_STRING)
		return json_object_get_string_len(value) > 0
		    ? json_object_get(value)
		    : NULL;
	if ((type & TYPE_NUMERIC) != 0 && dialect == SCHEMA_JSON)
		return json_object_get(value);
	if ((type & (TYPE_NUMERIC | TYPE_BOOLEAN)) == 0 ||
	    dialect == SCHEMA_JSON)
		return NULL;

	struct buf text;
	buf_init(&text, BUF_LARGE);
	json_write(&text, value);
	struct json_object *word =
	    json_object_new_string_len(buf_cstr(&text), (int)text.len);
	buf_clear(&text);
	return word;
}

/* The bytes of a value that is no list and no object. */
static size_t
scalar_bytes(struct json_object *value)
{
	if (json_object_is_type(value, json_type_string))
		return (size_t)json_object_get_string_len(value);
	const char *digits = json_object_is_type(value, json_type_double)
	    ? json_object_get_userdata(value)
	    : NULL;
	return digits == NULL ? 0 : strlen(digits);
}

/* Those of the values that the dialect takes; a list that the caller owns. */
static struct json_object *
enum_values(struct schema_cleaner *c, struct json_object *values,
    unsigned types, bool *as_texts)
{
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < json_count(values); i++) {
		struct json_object *value = json_at(values, i);
		if (!schema_spend(c, 1, scalar_bytes(value)))
			break;
		if ((type_of_value(value) & types) == 0)
			continue;
		struct json_object *kept = enum_value(c->dialect, value);
		*as_texts = *as_texts || (kept != NULL && kept != value);
		if (kept != NULL)
			json_object_array_add(list, kept);
	}
	return list;
}

void
schema_value_take_enum(struct schema_cleaner *c, struct json_object *out,
    struct json_object *source, unsigned types)
{
	bool as_texts = false;
	struct json_object *values = allowed_values(source);
	struct json_object *list = enum_values(c, values, types, &as_texts);

	/* Whether null was one of them is told by the types. */
	if (json_count(list) < json_count(values) &&
	    c->dialect == SCHEMA_JSON && schema_value_types(source) == 0)
		schema_value_write_type(out, schema_value_listed(source));
	if (as_texts)
		json_set_text(out, "format", "enum");
	if (json_count(list) > 0)
		json_share(out, "enum", list);
	json_object_put(list);
	json_object_put(values);
}

bool
schema_value_is_null(struct json_object *schema)
{
	unsigned types = schema_value_types(schema);
	bool one = json_count(json_get(schema, "enum")) <= 1;
	return types == TYPE_NULL ||
	    (types == 0 && one && schema_value_listed(schema) == TYPE_NULL);
}

bool
schema_value_is_false(struct json_object *schema)
{
	return json_object_is_type(schema, json_type_boolean) &&
	    !json_object_get_boolean(schema);
}

bool
schema_value_is_empty(struct json_object *schema)
{
	return json_object_object_length(schema) == 0;
}

/* --- the others ---------------------------------------------------------- */

void
schema_value_share(struct schema_cleaner *c, struct json_object *out,
    const char *keyword, struct json_object *value)
{
	if (schema_spend(c, 1, scalar_bytes(value)))
		json_share(out, keyword, value);
}

void
schema_value_take_format(struct schema_cleaner *c, struct json_object *out,
    struct json_object *value, unsigned types)
{
	static const struct {
		const char *name;
		unsigned types;
	} known[] = {
	    {"enum", TYPE_ANY},
	    {"date-time", TYPE_STRING},
	    {"int32", TYPE_NUMERIC},
	    {"int64", TYPE_NUMERIC},
	    {"float", TYPE_NUMERIC},
	    {"double", TYPE_NUMERIC},
	};
	if (!json_object_is_type(value, json_type_string))
		return;
	bool take = c->dialect == SCHEMA_JSON;
	for (size_t i = 0; !take && i < COUNT_OF(known); i++)
		take = (known[i].types & types) != 0 &&
		    strcmp(json_object_get_string(value), known[i].name) == 0;
	/* An enum may have written its own. */
	if (take && json_get(out, "format") == NULL)
		schema_value_share(c, out, "format", value);
}

static bool
is_number(struct json_object *value)
{
	return json_object_is_type(value, json_type_int) ||
	    json_object_is_type(value, json_type_double);
}

void
schema_value_take_bound(struct schema_cleaner *c, struct json_object *out,
    struct json_object *source, bool upper)
{
	const char *to = upper ? "maximum" : "minimum";
	struct json_object *value =
	    json_get(source, upper ? "exclusiveMaximum" : "exclusiveMinimum");
	if (!is_number(value) || is_number(json_get(source, to)))
		return;

	/* Of integers the next one is meant. */
	int64_t bound = json_object_get_int64(value);
	unsigned types = schema_value_types(source) & ~(unsigned)TYPE_NULL;
	if (types == TYPE_INTEGER &&
	    json_object_is_type(value, json_type_int) && bound > INT64_MIN &&
	    bound < INT64_MAX)
		json_set_int(out, to, bound + (upper ? -1 : 1));
	else
		schema_value_share(c, out, to, value);
}

struct json_object *
schema_value_names(struct json_object *list)
{
	struct json_object *set = json_object_new_object();
	for (size_t i = 0; i < json_count(list); i++)
		if (json_object_is_type(json_at(list, i), json_type_string))
			json_set_bool(set,
			    json_object_get_string(json_at(list, i)), true);
	return set;
}

/* True if the schema has a property of that name that may be there. */
static bool
has_property(struct json_object *source, const char *name)
{
	struct json_object *value;
	return json_object_object_get_ex(
		   json_get(source, "properties"), name, &value) &&
	    (!json_object_is_type(value, json_type_boolean) ||
		json_object_get_boolean(value));
}

void
schema_value_take_names(struct schema_cleaner *c, struct json_object *out,
    struct json_object *source, const char *keyword)
{
	struct json_object *names = json_get(source, keyword);
	struct json_object *seen = json_object_new_object();
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < json_count(names); i++) {
		struct json_object *name = json_at(names, i);
		if (!schema_spend(c, 1, scalar_bytes(name)))
			break;
		if (!json_object_is_type(name, json_type_string))
			continue;
		const char *text = json_object_get_string(name);
		/* The OpenAPI dialect refuses names of nothing. */
		if (json_get(seen, text) != NULL ||
		    (c->dialect == SCHEMA_OPENAPI &&
			!has_property(source, text)))
			continue;
		json_set_bool(seen, text, true);
		json_object_array_add(list, json_object_get(name));
	}
	if (json_count(list) > 0)
		json_share(out, keyword, list);
	json_object_put(list);
	json_object_put(seen);
}
