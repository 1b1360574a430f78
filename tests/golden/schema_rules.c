/* The rules of contract section 1.5, for what comes out of the cleaner. */
#include "schema_rules.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"

/* What stands where a keyword has its value. */
enum value { DATA, SCHEMA, SCHEMA_OR_BOOL, SCHEMAS, MAP };

struct rule {
	const char *name;
	enum value value;
};

/* Contract 1.5, dialect A. */
static const struct rule json_rules[] = {
    {"$defs", MAP},
    {"$ref", DATA},
    {"type", DATA},
    {"format", DATA},
    {"title", DATA},
    {"description", DATA},
    {"enum", DATA},
    {"items", SCHEMA},
    {"prefixItems", SCHEMAS},
    {"minItems", DATA},
    {"maxItems", DATA},
    {"minimum", DATA},
    {"maximum", DATA},
    {"anyOf", SCHEMAS},
    {"oneOf", SCHEMAS},
    {"properties", MAP},
    {"additionalProperties", SCHEMA_OR_BOOL},
    {"required", DATA},
    {"propertyOrdering", DATA},
    {"minLength", DATA},
    {"maxLength", DATA},
    {"minProperties", DATA},
    {"maxProperties", DATA},
    {"uniqueItems", DATA},
    {"contains", SCHEMA},
    {NULL, DATA},
};

/* Contract 1.5, dialect B. */
static const struct rule openapi_rules[] = {
    {"type", DATA},
    {"title", DATA},
    {"description", DATA},
    {"nullable", DATA},
    {"format", DATA},
    {"enum", DATA},
    {"items", SCHEMA},
    {"minItems", DATA},
    {"maxItems", DATA},
    {"minLength", DATA},
    {"maxLength", DATA},
    {"pattern", DATA},
    {"properties", MAP},
    {"required", DATA},
    {"minProperties", DATA},
    {"maxProperties", DATA},
    {"propertyOrdering", DATA},
    {"anyOf", SCHEMAS},
    {"minimum", DATA},
    {"maximum", DATA},
    {NULL, DATA},
};

struct check {
	struct json_object *root;
	enum schema_dialect dialect;
	char *broken;
	size_t size;
};

static void check_schema(struct check *c, struct json_object *o);

static void
broken(struct check *c, const char *what, const char *name)
{
	if (c->broken[0] == '\0')
		snprintf(c->broken, c->size, "%s: %s", what, name);
}

static void
check_map(struct check *c, struct json_object *map)
{
	struct lh_entry *e;
	if (!json_object_is_type(map, json_type_object)) {
		broken(c, "is no object", "a map of schemas");
		return;
	}
	lh_foreach(json_object_get_object(map), e)
	{
		check_schema(c, lh_entry_v(e));
	}
}

static void
check_value(struct check *c, const struct rule *rule, struct json_object *value)
{
	switch (rule->value) {
	case DATA:
		if (value == NULL ||
		    json_object_is_type(value, json_type_object))
			broken(c, "has no plain value", rule->name);
		break;
	case SCHEMA_OR_BOOL:
		if (!json_object_is_type(value, json_type_boolean))
			check_schema(c, value);
		break;
	case SCHEMA:
		check_schema(c, value);
		break;
	case SCHEMAS:
		if (json_count(value) == 0)
			broken(c, "is no list", rule->name);
		for (size_t i = 0; i < json_count(value); i++)
			check_schema(c, json_at(value, i));
		break;
	case MAP:
		check_map(c, value);
		break;
	}
}

static void
check_ref(struct check *c, struct json_object *o)
{
	static const char defs[] = "#/$defs/";
	const char *ref = json_get_text(o, "$ref");
	if (ref == NULL || strcmp(ref, "#") == 0)
		return;
	if (strncmp(ref, defs, strlen(defs)) != 0 ||
	    json_path(c->root, "$defs", ref + strlen(defs), NULL) == NULL)
		broken(c, "leads nowhere", ref);
	if (json_object_object_length(o) > (o == c->root ? 2 : 1))
		broken(c, "does not stand alone", ref);
}

static void
check_enum(struct check *c, struct json_object *o)
{
	struct json_object *list = json_get(o, "enum");
	if (list != NULL && json_count(list) == 0)
		broken(c, "is empty", "enum");
	for (size_t i = 0; i < json_count(list); i++) {
		struct json_object *value = json_at(list, i);
		bool number = json_object_is_type(value, json_type_int) ||
		    json_object_is_type(value, json_type_double);
		bool text = json_object_is_type(value, json_type_string) &&
		    json_object_get_string_len(value) > 0;
		if (!text && !(number && c->dialect == SCHEMA_JSON))
			broken(c, "has a value of another kind", "enum");
	}
}

static void
check_openapi(struct check *c, struct json_object *o)
{
	struct json_object *required = json_get(o, "required");
	for (size_t i = 0; i < json_count(required); i++) {
		const char *name = json_object_get_string(json_at(required, i));
		if (!json_object_object_get_ex(
			json_get(o, "properties"), name, NULL))
			broken(c, "is required and not defined", name);
	}
	struct json_object *type = json_get(o, "type");
	if (type != NULL && !json_object_is_type(type, json_type_string))
		broken(c, "is no text", "type");
	const char *name = json_get_text(o, "type");
	if (name != NULL && strcmp(name, "array") == 0 &&
	    json_get(o, "items") == NULL)
		broken(c, "has no items", "array");
	if (name != NULL && strcmp(name, "null") == 0)
		broken(c, "is a type", name);
	if (json_object_is_type(json_get(o, "properties"), json_type_object) &&
	    json_object_object_length(json_get(o, "properties")) == 0)
		broken(c, "is empty", "properties");
}

static void
check_schema(struct check *c, struct json_object *o)
{
	struct lh_entry *e;
	if (!json_object_is_type(o, json_type_object)) {
		broken(c, "is no object", json_object_to_json_string(o));
		return;
	}
	lh_foreach(json_object_get_object(o), e)
	{
		const char *name = lh_entry_k(e);
		const struct rule *rule =
		    c->dialect == SCHEMA_JSON ? json_rules : openapi_rules;
		while (rule->name != NULL && strcmp(rule->name, name) != 0)
			rule++;
		if (rule->name == NULL)
			broken(c, "is no keyword", name);
		else if (strcmp(name, "$defs") == 0 && o != c->root)
			broken(c, "is not in the root", name);
		else
			check_value(c, rule, lh_entry_v(e));
	}
	check_ref(c, o);
	check_enum(c, o);
	if (c->dialect == SCHEMA_OPENAPI)
		check_openapi(c, o);
}

const char *
schema_rules_broken(struct json_object *cleaned, enum schema_dialect dialect)
{
	static char text[200];
	struct check c = {cleaned, dialect, text, sizeof(text)};
	text[0] = '\0';
	check_schema(&c, cleaned);
	return text[0] == '\0' ? NULL : text;
}
