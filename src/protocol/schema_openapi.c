/* A schema in the OpenAPI dialect, where each has one type, null is a property
 * of it, and an array says of what. */
#include "base/json.h"
#include "protocol/schema_parts.h"

static bool
has_list(struct json_object *source, const char *name)
{
	return json_object_is_type(json_get(source, name), json_type_array);
}

static bool
is_several(unsigned types)
{
	return (types & (types - 1)) != 0;
}

/* The types of a schema but null: those it names, else those that it must
 * mean. */
static unsigned
find_types(struct json_object *source)
{
	unsigned values = schema_value_listed(source);
	unsigned named = schema_value_types(source);
	unsigned types = named & ~(unsigned)TYPE_NULL;
	if (types == 0)
		types = values & ~(unsigned)TYPE_NULL;
	if (types == 0 && ((named | values) & TYPE_NULL) != 0)
		return TYPE_STRING;
	if (types == 0 && json_get(source, "properties") != NULL)
		return TYPE_OBJECT;
	if (types == 0 &&
	    (json_get(source, "items") != NULL ||
		json_get(source, "prefixItems") != NULL))
		return TYPE_ARRAY;

	/* Those without a value are no choice; whole numbers are numbers. */
	if ((values & TYPE_INTEGER) != 0)
		values |= TYPE_NUMBER;
	if (is_several(types) && (types & values) != 0)
		types &= values;
	if ((types & TYPE_NUMERIC) == TYPE_NUMERIC)
		types &= ~(unsigned)TYPE_INTEGER;
	return types;
}

/* An array must say of what. */
static void
complete_array(struct schema_node *n)
{
	struct json_object *items = json_get(n->out, "items");
	if (n->type != TYPE_ARRAY ||
	    (items != NULL && !schema_value_is_empty(items)))
		return;
	items = json_object_new_object();
	schema_value_write_type(items, TYPE_STRING);
	json_set(n->out, "items", items);
}

static void
write_typed(struct schema_cleaner *c, struct schema_node *n)
{
	if (n->type != 0 && json_get(n->out, "type") == NULL &&
	    ((n->about & ABOUT_TYPE) == 0 ||
		json_get(n->source, "type") == NULL))
		schema_value_write_type(n->out, n->type);
	schema_walk_members(c, n);
	complete_array(n);
}

/* A list of types becomes a choice, of schemas with one type each. */
static void
write_types(struct schema_cleaner *c, struct schema_node *n, unsigned types)
{
	struct json_object *list = json_object_new_array();
	n->about = ABOUT_ALL;
	schema_walk_members(c, n);
	c->depth++;
	for (unsigned type = 1; type <= types; type <<= 1) {
		struct schema_node one = {
		    .source = n->source, .about = type, .type = type};
		if ((types & type) == 0)
			continue;
		one.out = json_object_new_object();
		write_typed(c, &one);
		json_object_array_add(list, one.out);
	}
	c->depth--;
	json_set(n->out, "anyOf", list);
}

void
schema_openapi_write(struct schema_cleaner *c, struct schema_node *n)
{
	unsigned types = find_types(n->source);
	bool choice =
	    has_list(n->source, "anyOf") || has_list(n->source, "oneOf");
	if (is_several(types) && !choice) {
		write_types(c, n, types);
	} else {
		n->type = is_several(types) ? 0 : types;
		n->about =
		    n->type == 0 ? ABOUT_ANY : n->type | ABOUT_ALL | ABOUT_TYPE;
		write_typed(c, n);
	}
	if (n->nullable || json_get_bool(n->source, "nullable") ||
	    ((schema_value_types(n->source) | schema_value_listed(n->source)) &
		TYPE_NULL) != 0)
		json_set_bool(n->out, "nullable", true);
}
