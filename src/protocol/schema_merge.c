/* Schemas that are made of others, put into one: allOf, an anyOf with one
 * choice and, where the dialect has no $ref, what it names. */
#include <string.h>

#include "base/json.h"
#include "protocol/schema_parts.h"

/* Of a schema and those that are merged into it. */
struct merge {
	struct schema_cleaner *c;
	struct json_object *out;
	size_t base;  /* targets that were active before this schema */
	bool inlines; /* what a $ref names, and not the $ref */
	int depth;
};

static void merge_schema(struct merge *m, struct json_object *source);

/* --- members of two schemas ---------------------------------------------- */

/* A new object or list with the members of both; those of the first win. */
static struct json_object *
join_objects(struct schema_cleaner *c, struct json_object *first,
    struct json_object *second)
{
	struct json_object *both = json_object_new_object();
	struct json_object *const parts[] = {first, second};
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		struct lh_entry *e;
		lh_foreach(json_object_get_object(parts[i]), e)
		{
			const char *name = lh_entry_k(e);
			if (schema_spend(c, 1, strlen(name)) &&
			    !json_object_object_get_ex(both, name, NULL))
				json_share(both, name, lh_entry_v(e));
		}
	}
	return both;
}

static struct json_object *
join_lists(struct schema_cleaner *c, struct json_object *first,
    struct json_object *second)
{
	struct json_object *both = json_object_new_array();
	struct json_object *const parts[] = {first, second};
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		for (size_t k = 0; k < json_count(parts[i]); k++)
			if (schema_spend(c, 1, 0))
				json_object_array_add(both,
				    json_object_get(json_at(parts[i], k)));
	return both;
}

/* Add a member. Properties and required names add up; of all others the
 * first stays. */
static void
merge_member(struct merge *m, const char *name, struct json_object *value)
{
	struct json_object *had = json_get(m->out, name);
	if (had == NULL)
		json_share(m->out, name, value);
	else if (strcmp(name, "properties") == 0 &&
	    json_object_is_type(had, json_type_object) &&
	    json_object_is_type(value, json_type_object))
		json_set(m->out, name, join_objects(m->c, had, value));
	else if (strcmp(name, "required") == 0)
		json_set(m->out, name, join_lists(m->c, had, value));
}

/* --- allOf --------------------------------------------------------------- */

/* True for a schema that says something of objects, or of nothing else. */
static bool
is_of_objects(struct schema_cleaner *c, struct json_object *schema)
{
	struct json_object *target = schema;
	for (int i = 0; i < SCHEMA_MAX_DEPTH && target != NULL; i++) {
		if (!schema_spend(c, 1, 0))
			return false;
		schema = target;
		target = schema_ref_target(c, json_get(schema, "$ref"));
	}
	unsigned types = schema_value_types(schema);
	return types == 0 || (types & TYPE_OBJECT) != 0;
}

/* Everything if all are about objects, else the first. */
static void
merge_list(struct merge *m, struct json_object *list)
{
	size_t count = json_count(list);
	bool inlined = m->inlines, all = true;
	m->inlines = inlined || count > 1;
	for (size_t i = 0; i < count && all; i++)
		all = is_of_objects(m->c, json_at(list, i));
	for (size_t i = 0; i < count && (all || i == 0); i++)
		merge_schema(m, json_at(list, i));
	m->inlines = inlined;
}

/* --- $ref ---------------------------------------------------------------- */

/* Mark the target as being written. False if it has been merged into this
 * schema already, or cannot be. */
static bool
enter(struct merge *m, struct json_object *target)
{
	struct schema_cleaner *c = m->c;
	for (size_t i = 0; i < c->n_active; i++) {
		if (c->active[i] != target)
			continue;
		if (i < m->base && !c->cut)
			schema_fail(c, SCHEMA_RECURSIVE);
		return false;
	}
	if (c->n_active == SCHEMA_MAX_ACTIVE) {
		schema_fail(c, SCHEMA_TOO_LARGE);
		return false;
	}
	c->active[c->n_active++] = target;
	return true;
}

static void
merge_ref(struct merge *m, struct json_object *ref)
{
	struct json_object *target = schema_ref_target(m->c, ref);
	if (target == NULL)
		return;
	if (!m->inlines)
		merge_member(m, "$ref", ref);
	else if (enter(m, target))
		merge_schema(m, target);
}

/* --- one schema ---------------------------------------------------------- */

static void
merge_own(struct merge *m, struct json_object *source)
{
	struct lh_entry *e;
	lh_foreach(json_object_get_object(source), e)
	{
		const char *name = lh_entry_k(e);
		if (!schema_spend(m->c, 1, strlen(name)))
			return;
		if (strcmp(name, "$ref") != 0 && strcmp(name, "allOf") != 0)
			merge_member(m, name, lh_entry_v(e));
	}
}

/* What the schema says itself comes before what it refers to. */
static void
merge_schema(struct merge *m, struct json_object *source)
{
	if (!json_object_is_type(source, json_type_object) ||
	    !schema_spend(m->c, 1, 0))
		return;
	if (m->depth == SCHEMA_MAX_DEPTH) {
		schema_fail(m->c, SCHEMA_TOO_LARGE);
		return;
	}
	m->depth++;
	merge_own(m, source);
	merge_ref(m, json_get(source, "$ref"));
	merge_list(m, json_get(source, "allOf"));
	m->depth--;
}

/* --- a choice that is none ----------------------------------------------- */

/* The name of a list of choices of which at most one is real, which is put
 * into *choice; NULL if there is none. */
static const char *
find_choice(struct schema_cleaner *c, struct json_object *schema,
    struct json_object **choice, bool *nullable)
{
	static const char *const names[] = {"anyOf", "oneOf"};
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct json_object *list = json_get(schema, names[i]);
		size_t real = 0;
		*choice = NULL;
		*nullable = false;
		if (!json_object_is_type(list, json_type_array))
			continue;
		for (size_t k = 0; k < json_count(list) && real < 2; k++) {
			struct json_object *one = json_at(list, k);
			if (!schema_spend(c, 1, 0))
				return NULL;
			if (schema_value_is_null(one)) {
				*nullable = true;
			} else if (!schema_value_is_false(one)) {
				*choice = one;
				real++;
			}
		}
		if (real < 2)
			return names[i];
	}
	return NULL;
}

/* --- the whole ----------------------------------------------------------- */

/* True if a $ref among the parts is more than a name for the whole. */
static bool
must_inline(const struct schema_cleaner *c, struct json_object *schema)
{
	return c->dialect == SCHEMA_OPENAPI ||
	    json_get(schema, "$ref") != NULL ||
	    json_get(schema, "properties") != NULL;
}

static bool
is_composed(const struct schema_cleaner *c, struct json_object *schema)
{
	return json_count(json_get(schema, "allOf")) > 0 ||
	    (c->dialect == SCHEMA_OPENAPI && json_get(schema, "$ref") != NULL);
}

/* One step to a plain schema; NULL if it is one. */
static struct json_object *
merge_step(struct schema_cleaner *c, struct json_object *schema, size_t base)
{
	struct merge m = {.c = c, .base = base};
	struct json_object *choice = NULL;
	bool nullable = false;
	if (is_composed(c, schema)) {
		m.out = json_object_new_object();
		m.inlines = must_inline(c, schema);
		merge_schema(&m, schema);
		return m.out;
	}

	const char *list = c->dialect == SCHEMA_OPENAPI
	    ? find_choice(c, schema, &choice, &nullable)
	    : NULL;
	if (list == NULL)
		return NULL;
	m.out = json_object_new_object();
	m.inlines = true;
	merge_own(&m, schema);
	json_object_object_del(m.out, list);
	merge_schema(&m, choice);
	if (nullable)
		json_set_bool(m.out, "nullable", true);
	return m.out;
}

struct json_object *
schema_merge(struct schema_cleaner *c, struct json_object *source)
{
	struct json_object *schema = json_object_get(source);
	struct json_object *next;
	size_t base = c->n_active;
	while (c->result == SCHEMA_OK &&
	    (next = merge_step(c, schema, base)) != NULL) {
		json_object_put(schema);
		schema = next;
	}
	return schema;
}
