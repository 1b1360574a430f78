/* The schema cleaner's two ways in, and the queue of $defs. */
#include "protocol/schema.h"

#include "base/json.h"
#include "protocol/schema_parts.h"

#define BYTES_PER_VALUE 64

void
schema_fail(struct schema_cleaner *c, enum schema_result result)
{
	if (c->result == SCHEMA_OK)
		c->result = result;
}

bool
schema_spend(struct schema_cleaner *c, size_t n, size_t bytes)
{
	size_t cost = n + bytes / BYTES_PER_VALUE;
	if (cost > *c->room) {
		*c->room = 0;
		schema_fail(c, SCHEMA_TOO_LARGE);
	} else {
		*c->room -= cost;
	}
	return c->result == SCHEMA_OK;
}

/* One target from its beginning. */
static struct json_object *
write_target(
    struct schema_cleaner *c, size_t number, struct json_object *target)
{
	c->number = number;
	c->below_free = false;
	c->active[0] = target;
	c->n_active = 1;
	return schema_walk(c, target);
}

/* The root, and behind it the targets that were met on the way, for which the
 * walk has left an empty $defs where the client had his. */
static struct json_object *
write_all(struct schema_cleaner *c)
{
	struct json_object *out = write_target(c, 0, c->root);
	struct json_object *defs = json_get(out, "$defs");
	struct json_object *target;
	const char *name;

	for (size_t i = 1; c->result == SCHEMA_OK &&
	     (target = schema_ref_number(&c->refs, i, &name)) != NULL;
	     i++) {
		if (defs == NULL) {
			defs = json_object_new_object();
			json_set(out, "$defs", defs);
		}
		json_set(defs, name, write_target(c, i, target));
	}
	if (defs != NULL && json_object_object_length(defs) == 0)
		json_object_object_del(out, "$defs");
	return out;
}

static enum schema_result
clean(struct json_object *schema, enum schema_dialect dialect, bool cut,
    size_t *room, struct json_object **cleaned)
{
	*cleaned = NULL;
	if (!json_object_is_type(schema, json_type_object))
		return SCHEMA_INVALID;

	struct schema_cleaner c = {
	    .dialect = dialect, .cut = cut, .root = schema, .room = room};
	schema_ref_init(&c.refs, schema);
	struct json_object *out = write_all(&c);
	if (c.result == SCHEMA_OK && !schema_ref_ends(&c))
		c.result = SCHEMA_RECURSIVE;
	schema_ref_clear(&c.refs);

	if (c.result == SCHEMA_OK)
		*cleaned = out;
	else
		json_object_put(out);
	return c.result;
}

enum schema_result
schema_clean(struct json_object *schema, enum schema_dialect dialect,
    size_t *room, struct json_object **cleaned)
{
	return clean(schema, dialect, false, room, cleaned);
}

/* True if a function with this schema has any parameter. */
static bool
has_parameters(struct json_object *cleaned)
{
	static const char *const others[] = {"$ref", "anyOf", "oneOf"};
	for (size_t i = 0; i < COUNT_OF(others); i++)
		if (json_get(cleaned, others[i]) != NULL)
			return true;
	/* A map: names are the model's, values are of one schema. */
	if (json_object_is_type(
		json_get(cleaned, "additionalProperties"), json_type_object))
		return true;
	struct json_object *properties = json_get(cleaned, "properties");
	return properties != NULL && json_object_object_length(properties) > 0;
}

struct json_object *
schema_for_parameters(
    struct json_object *schema, enum schema_dialect *dialect, size_t *room)
{
	struct json_object *cleaned;
	enum schema_result result =
	    clean(schema, *dialect, *dialect == SCHEMA_JSON, room, &cleaned);
	if (result == SCHEMA_RECURSIVE && *dialect == SCHEMA_OPENAPI) {
		*dialect = SCHEMA_JSON;
		result = clean(schema, SCHEMA_JSON, true, room, &cleaned);
	}
	if (result == SCHEMA_OK && has_parameters(cleaned))
		return cleaned;
	json_object_put(cleaned);
	return NULL;
}
