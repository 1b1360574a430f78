/* Where a $ref leads, what it is called in the result, and whether following
 * them ever ends. */
#include <json-c/json_visit.h>
#include <stdint.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "protocol/schema_parts.h"

/* A longer $ref or name is nobody's. */
#define REF_MAX 1024

/* Names in $defs: one that is longer is cut, and leaves room for a number. */
#define NAME_MAX_BYTES 64
#define NAME_CUT_BYTES 48

enum state { STATE_NEW, STATE_OPEN, STATE_DONE };

struct schema_def {
	struct json_object *target; /* borrowed */
	const char *name;           /* a key of names; NULL for the root */
	size_t edge;                /* the last one that leaves it, +1 */
	size_t parent;              /* in the search for circles */
	enum state state;           /* likewise */
};

/* A $ref inside one target, with no optional property above, to another. */
struct schema_edge {
	size_t to;
	size_t next;             /* of the same origin, +1 */
	struct json_object *out; /* the object that holds the $ref */
};

static struct schema_def *
def_at(struct schema_refs *r, size_t number)
{
	return (struct schema_def *)(void *)r->defs.data + number;
}

static struct schema_edge *
edge_at(struct schema_refs *r, size_t number)
{
	return (struct schema_edge *)(void *)r->edges.data + number;
}

static size_t
count_defs(const struct schema_refs *r)
{
	return r->defs.len / sizeof(struct schema_def);
}

/* --- finding targets ----------------------------------------------------- */

/* A visit of json-c: remember who has this $id or $anchor. */
static int
note_id(struct json_object *value, int flags, struct json_object *parent,
    const char *name, size_t *index, void *ctx)
{
	struct json_object *ids = ctx;
	(void)flags, (void)index;
	bool anchor = name != NULL && strcmp(name, "$anchor") == 0;
	if (!json_object_is_type(value, json_type_string) ||
	    (!anchor && (name == NULL || strcmp(name, "$id") != 0)))
		return JSON_C_VISIT_RETURN_CONTINUE;

	struct buf key;
	buf_init(&key, REF_MAX);
	buf_fmt(&key, "%s%s", anchor ? "#" : "", json_object_get_string(value));
	if (buf_ok(&key) && json_get(ids, buf_cstr(&key)) == NULL)
		json_share(ids, buf_cstr(&key), parent);
	buf_clear(&key);
	return JSON_C_VISIT_RETURN_CONTINUE;
}

static struct json_object *
find_id(struct schema_cleaner *c, const char *id)
{
	if (c->refs.ids == NULL) {
		c->refs.ids = json_object_new_object();
		json_c_visit(c->root, 0, note_id, c->refs.ids);
	}
	return json_get(c->refs.ids, id);
}

/* "document#fragment": an $id, then a pointer or an $anchor. */
static struct json_object *
find(struct schema_cleaner *c, char *ref)
{
	struct json_object *found = c->root;
	char *fragment = strchr(ref, '#');
	if (fragment != NULL && fragment[1] != '\0' && fragment[1] != '/')
		return find_id(c, fragment);
	if (fragment != NULL)
		*fragment++ = '\0';
	if (ref[0] != '\0')
		found = find_id(c, ref);
	if (found != NULL && fragment != NULL && fragment[0] == '/' &&
	    json_pointer_get(found, fragment, &found) != 0)
		return NULL;
	return found;
}

struct json_object *
schema_ref_target(struct schema_cleaner *c, struct json_object *ref)
{
	struct json_object *found = NULL;
	struct buf text;
	if (!json_object_is_type(ref, json_type_string))
		return NULL;

	buf_init(&text, REF_MAX);
	if (text_unescape_url(&text, json_object_get_string(ref),
		(size_t)json_object_get_string_len(ref), false) &&
	    buf_ok(&text) && text.len > 0)
		found = find(c, text.data);
	buf_clear(&text);
	return json_object_is_type(found, json_type_object) ? found : NULL;
}

/* --- naming them --------------------------------------------------------- */

static void
add_def(struct schema_refs *r, struct json_object *target, const char *name)
{
	const struct schema_def def = {.target = target, .name = name};
	buf_add(&r->defs, &def, sizeof(def));
	lh_table_insert(
	    r->numbers, target, (const void *)(uintptr_t)count_defs(r));
}

void
schema_ref_init(struct schema_refs *r, struct json_object *root)
{
	*r = (struct schema_refs){.numbers = lh_kptr_table_new(16, NULL),
	    .names = json_object_new_object()};
	buf_init(&r->defs, BUF_LARGE);
	buf_init(&r->edges, BUF_LARGE);
	add_def(r, root, NULL);
}

void
schema_ref_clear(struct schema_refs *r)
{
	lh_table_free(r->numbers);
	json_object_put(r->names);
	json_object_put(r->ids);
	buf_clear(&r->defs);
	buf_clear(&r->edges);
}

struct json_object *
schema_ref_number(struct schema_refs *r, size_t number, const char **name)
{
	if (number >= count_defs(r))
		return NULL;
	*name = def_at(r, number)->name;
	return def_at(r, number)->target;
}

/* The last word of a $ref, in characters that need no escaping. */
static void
write_name(struct buf *name, const char *ref)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789_.-";
	const char *slash = strrchr(ref, '/');
	const char *word = slash == NULL ? ref + strspn(ref, "#") : slash + 1;
	size_t len = strlen(word);
	if (len > NAME_MAX_BYTES)
		len = NAME_CUT_BYTES;
	for (size_t i = 0; i < len; i++)
		buf_byte(name, strchr(plain, word[i]) ? word[i] : '_');
	if (len == 0)
		buf_str(name, "schema");
}

/* A name in $defs that nobody has yet; kept in names. */
static const char *
take_name(struct schema_refs *r, const char *ref)
{
	struct buf name;
	buf_init(&name, BUF_SMALL);
	write_name(&name, ref);
	size_t plain_len = name.len;
	while (json_get(r->names, buf_cstr(&name)) != NULL) {
		name.len = plain_len;
		buf_fmt(&name, "_%zu", ++r->suffix);
	}
	json_set_bool(r->names, buf_cstr(&name), true);
	struct lh_entry *entry = lh_table_lookup_entry(
	    json_object_get_object(r->names), buf_cstr(&name));
	buf_clear(&name);
	return entry == NULL ? "" : lh_entry_k(entry);
}

static size_t
number_of(struct schema_cleaner *c, struct json_object *target, const char *ref)
{
	struct lh_entry *entry = lh_table_lookup_entry(c->refs.numbers, target);
	if (entry != NULL)
		return (size_t)(uintptr_t)lh_entry_v(entry) - 1;
	add_def(&c->refs, target, take_name(&c->refs, ref));
	return count_defs(&c->refs) - 1;
}

void
schema_ref_write(struct schema_cleaner *c, struct json_object *out,
    struct json_object *target, const char *ref)
{
	struct schema_refs *r = &c->refs;
	size_t number = number_of(c, target, ref);
	struct buf text;

	buf_init(&text, BUF_SMALL);
	buf_str(&text, "#");
	if (number > 0)
		buf_fmt(&text, "/$defs/%s", def_at(r, number)->name);
	json_set_text(out, "$ref", buf_cstr(&text));
	buf_clear(&text);

	if (c->below_free)
		return;
	struct schema_def *from = def_at(r, c->number);
	const struct schema_edge edge = {number, from->edge, out};
	buf_add(&r->edges, &edge, sizeof(edge));
	from->edge = r->edges.len / sizeof(edge);
}

/* --- circles ------------------------------------------------------------- */

/* Put the bare type in the place of a $ref. */
static void
cut_ref(struct schema_refs *r, const struct schema_edge *edge)
{
	unsigned types = schema_value_types(def_at(r, edge->to)->target);
	json_object_object_del(edge->out, "$ref");
	schema_value_write_type(edge->out, types == 0 ? TYPE_OBJECT : types);
}

/*
 * Follow the edges from one target, depth first; the way back is in the
 * parents. An edge to a target that is open closes a circle: the number of
 * those that were not cut.
 */
static size_t
search(struct schema_refs *r, size_t start, bool cut)
{
	size_t circles = 0, at = start;
	def_at(r, start)->state = STATE_OPEN;
	for (;;) {
		struct schema_def *def = def_at(r, at);
		if (def->edge == 0) {
			def->state = STATE_DONE;
			if (at == start)
				return circles;
			at = def->parent;
			continue;
		}

		const struct schema_edge *edge = edge_at(r, def->edge - 1);
		struct schema_def *next = def_at(r, edge->to);
		def->edge = edge->next;
		if (next->state == STATE_OPEN && cut)
			cut_ref(r, edge);
		else if (next->state == STATE_OPEN)
			circles++;
		else if (next->state == STATE_NEW) {
			next->state = STATE_OPEN;
			next->parent = at;
			at = edge->to;
		}
	}
}

bool
schema_ref_ends(struct schema_cleaner *c)
{
	size_t circles = 0;
	for (size_t i = 0; i < count_defs(&c->refs); i++)
		if (def_at(&c->refs, i)->state == STATE_NEW)
			circles += search(&c->refs, i, c->cut);
	return circles == 0;
}
