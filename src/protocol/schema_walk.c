/* The walk over a schema: a table says of each keyword what its value is, and
 * so where the next schemas are. What is not in the table is left out. */
#include <string.h>

#include "base/json.h"
#include "protocol/schema_parts.h"

struct keyword;

typedef void take_fn(struct schema_cleaner *c, struct schema_node *n,
    const struct keyword *k, struct json_object *value);

enum { FOR_JSON = 1 << SCHEMA_JSON, FOR_OPENAPI = 1 << SCHEMA_OPENAPI };

struct keyword {
	const char *name;
	take_fn *take;
	unsigned about;
	unsigned dialects;
};

/* --- plain values -------------------------------------------------------- */

static void
take_text(struct schema_cleaner *c, struct schema_node *n,
    const struct keyword *k, struct json_object *value)
{
	if (json_object_is_type(value, json_type_string))
		schema_value_share(c, n->out, k->name, value);
}

/* Google's own schemas, which are OpenAPI, have their int64 in quotes. */
static void
take_number(struct schema_cleaner *c, struct schema_node *n,
    const struct keyword *k, struct json_object *value)
{
	bool quoted = c->dialect == SCHEMA_OPENAPI &&
	    json_object_is_type(value, json_type_string) &&
	    json_get_int(n->source, k->name, -1) >= 0;
	if (json_object_is_type(value, json_type_int) ||
	    json_object_is_type(value, json_type_double) || quoted)
		schema_value_share(c, n->out, k->name, value);
}

static void
take_flag(struct schema_cleaner *c, struct schema_node *n,
    const struct keyword *k, struct json_object *value)
{
	if (json_object_is_type(value, json_type_boolean))
		schema_value_share(c, n->out, k->name, value);
}

static void
take_bound(struct schema_cleaner *c, struct schema_node *n,
    const struct keyword *k, struct json_object *value)
{
	(void)value;
	schema_value_take_bound(
	    c, n->out, n->source, strcmp(k->name, "exclusiveMaximum") == 0);
}

static void
take_names(struct schema_cleaner *c, struct schema_node *n,
    const struct keyword *k, struct json_object *value)
{
	(void)value;
	schema_value_take_names(c, n->out, n->source, k->name);
}

static void
take_format(struct schema_cleaner *c, struct schema_node *n,
    const struct keyword *k, struct json_object *value)
{
	(void)k;
	schema_value_take_format(c, n->out, value, n->about);
}

static void
take_type(struct schema_cleaner *c, struct schema_node *n,
    const struct keyword *k, struct json_object *value)
{
	(void)k, (void)value;
	if (c->dialect == SCHEMA_JSON)
		schema_value_take_type(n->out, n->source);
	else if (n->type != 0)
		schema_value_write_type(n->out, n->type);
}

/* For enum and for const, which stands above it. */
static void
take_enum(struct schema_cleaner *c, struct schema_node *n,
    const struct keyword *k, struct json_object *value)
{
	(void)value;
	bool is_const = strcmp(k->name, "const") == 0;
	if (!is_const && json_object_object_get_ex(n->source, "const", NULL))
		return;
	/* Of a choice of types each has its own values. */
	unsigned types = (n->about & ABOUT_ALL) != 0 ? TYPE_ANY : n->type;
	if (types == TYPE_NUMBER)
		types |= TYPE_INTEGER;
	schema_value_take_enum(c, n->out, n->source, types);
}

/* --- values with schemas in them ----------------------------------------- */

static void
take_ref(struct schema_cleaner *c, struct schema_node *n,
    const struct keyword *k, struct json_object *value)
{
	(void)k;
	struct json_object *target = schema_ref_target(c, value);
	if (target != NULL)
		schema_ref_write(
		    c, n->out, target, json_object_get_string(value));
}

/* The place of $defs in the root: they are written when all are known. */
static void
take_defs(struct schema_cleaner *c, struct schema_node *n,
    const struct keyword *k, struct json_object *value)
{
	(void)k, (void)value;
	if (c->number == 0 && c->depth == 1)
		json_set(n->out, "$defs", json_object_new_object());
}

static void
take_schema(struct schema_cleaner *c, struct schema_node *n,
    const struct keyword *k, struct json_object *value)
{
	if (!schema_value_is_false(value))
		json_set(n->out, k->name, schema_walk(c, value));
}

static void
take_additional(struct schema_cleaner *c, struct schema_node *n,
    const struct keyword *k, struct json_object *value)
{
	if (json_object_is_type(value, json_type_boolean))
		schema_value_share(c, n->out, k->name, value);
	else if (json_object_is_type(value, json_type_object))
		json_set(n->out, k->name, schema_walk(c, value));
}

/* The schemas of a list, which the caller owns. */
static struct json_object *
walk_list(struct schema_cleaner *c, struct json_object *list)
{
	struct json_object *out = json_object_new_array();
	for (size_t i = 0; i < json_count(list); i++) {
		if (!schema_spend(c, 1, 0))
			break;
		json_object_array_add(out, schema_walk(c, json_at(list, i)));
	}
	return out;
}

/* Those of a choice: not what nothing can be, and no null where the dialect
 * has nullable for it. */
static struct json_object *
walk_choice(
    struct schema_cleaner *c, struct schema_node *n, struct json_object *list)
{
	struct json_object *out = json_object_new_array();
	for (size_t i = 0; i < json_count(list); i++) {
		struct json_object *one = json_at(list, i);
		if (!schema_spend(c, 1, 0))
			break;
		if (c->dialect == SCHEMA_OPENAPI && schema_value_is_null(one))
			n->nullable = true;
		else if (!schema_value_is_false(one))
			json_object_array_add(out, schema_walk(c, one));
	}
	return out;
}

/* anyOf and oneOf, which the OpenAPI dialect has only as anyOf. A choice that
 * allows everything is none there. */
static void
take_choice(struct schema_cleaner *c, struct schema_node *n,
    const struct keyword *k, struct json_object *value)
{
	bool openapi = c->dialect == SCHEMA_OPENAPI;
	const char *name = openapi ? "anyOf" : k->name;
	if (json_get(n->out, name) != NULL)
		return;
	struct json_object *list = walk_choice(c, n, value);
	bool vacuous = json_count(list) == 0;
	for (size_t i = 0; openapi && !vacuous && i < json_count(list); i++)
		vacuous = schema_value_is_empty(json_at(list, i));
	if (!vacuous)
		json_share(n->out, name, list);
	json_object_put(list);
}

/* The elements of a tuple in the OpenAPI dialect, which has one schema for
 * all: theirs, if it is the same, or a choice. */
static void
write_choice(struct schema_node *n, struct json_object *list)
{
	struct json_object *first = json_at(list, 0);
	bool same = first != NULL;
	for (size_t i = 0; i < json_count(list); i++) {
		if (schema_value_is_empty(json_at(list, i)))
			return;
		same = same && json_object_equal(first, json_at(list, i));
	}
	if (same) {
		json_share(n->out, "items", first);
		return;
	}
	if (first == NULL)
		return;
	struct json_object *items = json_object_new_object();
	json_share(items, "anyOf", list);
	json_set(n->out, "items", items);
}

static void
take_tuple(struct schema_cleaner *c, struct schema_node *n,
    const struct keyword *k, struct json_object *value)
{
	(void)k;
	if (!json_object_is_type(value, json_type_array))
		return;
	bool openapi = c->dialect == SCHEMA_OPENAPI;
	struct json_object *rest = json_get(n->source, "items");
	c->depth += openapi;
	struct json_object *list = walk_list(c, value);
	if (openapi && json_object_is_type(rest, json_type_object))
		json_object_array_add(list, schema_walk(c, rest));
	c->depth -= openapi;

	if (openapi)
		write_choice(n, list);
	else if (json_count(list) > 0)
		json_share(n->out, "prefixItems", list);
	json_object_put(list);
}

/* A list is how tuples used to be written. Beside prefixItems it is what may
 * follow: the OpenAPI dialect has put it among them. */
static void
take_items(struct schema_cleaner *c, struct schema_node *n,
    const struct keyword *k, struct json_object *value)
{
	bool tuple = json_object_is_type(
	    json_get(n->source, "prefixItems"), json_type_array);
	bool list = json_object_is_type(value, json_type_array);
	if (list && !tuple)
		take_tuple(c, n, k, value);
	else if (!list && (!tuple || c->dialect == SCHEMA_JSON))
		take_schema(c, n, k, value);
}

static void
take_properties(struct schema_cleaner *c, struct schema_node *n,
    const struct keyword *k, struct json_object *value)
{
	if (!json_object_is_type(value, json_type_object))
		return;
	struct json_object *out = json_object_new_object();
	struct json_object *required =
	    schema_value_names(json_get(n->source, "required"));
	bool below_free = c->below_free;
	struct lh_entry *e;
	lh_foreach(json_object_get_object(value), e)
	{
		const char *name = lh_entry_k(e);
		if (!schema_spend(c, 1, strlen(name)))
			break;
		if (schema_value_is_false(lh_entry_v(e)))
			continue;
		c->below_free = below_free || json_get(required, name) == NULL;
		json_set(out, name, schema_walk(c, lh_entry_v(e)));
	}
	c->below_free = below_free;
	if (c->dialect == SCHEMA_JSON || !schema_value_is_empty(out))
		json_share(n->out, k->name, out);
	json_object_put(required);
	json_object_put(out);
}

/* --- the table ----------------------------------------------------------- */

#define BOTH (FOR_JSON | FOR_OPENAPI)

/* Those of the contract, and the bounds that another keyword can stand for.
 * $id and $anchor are left out because every $ref is written anew. */
static const struct keyword keywords[] = {
    {"$ref", take_ref, ABOUT_REF, FOR_JSON},
    {"$defs", take_defs, ABOUT_REF, FOR_JSON},
    {"definitions", take_defs, ABOUT_REF, FOR_JSON},
    {"type", take_type, ABOUT_TYPE, BOTH},
    {"anyOf", take_choice, ABOUT_TYPE, BOTH},
    {"oneOf", take_choice, ABOUT_TYPE, BOTH},
    {"title", take_text, ABOUT_ALL, BOTH},
    {"description", take_text, ABOUT_ALL, BOTH},
    {"enum", take_enum, TYPE_ANY, BOTH},
    {"const", take_enum, TYPE_ANY, BOTH},
    {"format", take_format, TYPE_ANY, BOTH},
    {"minLength", take_number, TYPE_STRING, BOTH},
    {"maxLength", take_number, TYPE_STRING, BOTH},
    {"pattern", take_text, TYPE_STRING, FOR_OPENAPI},
    {"minimum", take_number, TYPE_NUMERIC, BOTH},
    {"maximum", take_number, TYPE_NUMERIC, BOTH},
    {"exclusiveMinimum", take_bound, TYPE_NUMERIC, BOTH},
    {"exclusiveMaximum", take_bound, TYPE_NUMERIC, BOTH},
    {"items", take_items, TYPE_ARRAY, BOTH},
    {"prefixItems", take_tuple, TYPE_ARRAY, BOTH},
    {"minItems", take_number, TYPE_ARRAY, BOTH},
    {"maxItems", take_number, TYPE_ARRAY, BOTH},
    {"uniqueItems", take_flag, TYPE_ARRAY, FOR_JSON},
    {"contains", take_schema, TYPE_ARRAY, FOR_JSON},
    {"properties", take_properties, TYPE_OBJECT, BOTH},
    {"additionalProperties", take_additional, TYPE_OBJECT, FOR_JSON},
    {"required", take_names, TYPE_OBJECT, BOTH},
    {"propertyOrdering", take_names, TYPE_OBJECT, BOTH},
    {"minProperties", take_number, TYPE_OBJECT, BOTH},
    {"maxProperties", take_number, TYPE_OBJECT, BOTH},
};

static const struct keyword *
find_keyword(const struct schema_cleaner *c, const char *name)
{
	for (size_t i = 0; i < COUNT_OF(keywords); i++)
		if (strcmp(keywords[i].name, name) == 0)
			return (keywords[i].dialects & 1u << c->dialect) != 0
			    ? &keywords[i]
			    : NULL;
	return NULL;
}

void
schema_walk_members(struct schema_cleaner *c, struct schema_node *n)
{
	struct lh_entry *e;
	lh_foreach(json_object_get_object(n->source), e)
	{
		const char *name = lh_entry_k(e);
		const struct keyword *k = find_keyword(c, name);
		if (!schema_spend(c, 1, strlen(name)))
			return;
		/* null is no value but for const. */
		if (k != NULL && (k->about & n->about) != 0 &&
		    (lh_entry_v(e) != NULL || k->take == take_enum))
			k->take(c, n, k, lh_entry_v(e));
	}
}

/* --- any schema ----------------------------------------------------------- */

struct json_object *
schema_walk(struct schema_cleaner *c, struct json_object *source)
{
	struct schema_node n = {.out = json_object_new_object()};
	size_t n_active = c->n_active;
	if (c->depth >= SCHEMA_MAX_DEPTH)
		schema_fail(c, SCHEMA_TOO_LARGE);
	if (c->result != SCHEMA_OK ||
	    !json_object_is_type(source, json_type_object))
		return n.out;

	c->depth++;
	n.source = schema_merge(c, source);
	n.about = ABOUT_ANY;
	if (schema_ref_target(c, json_get(n.source, "$ref")) != NULL)
		n.about = ABOUT_REF;
	if (c->dialect == SCHEMA_OPENAPI)
		schema_openapi_write(c, &n);
	else
		schema_walk_members(c, &n);
	json_object_put(n.source);
	c->n_active = n_active;
	c->depth--;
	return n.out;
}
