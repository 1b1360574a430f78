/* What the files of the schema cleaner share. Private to schema*.c. */
#ifndef KEYWHEEL_PROTOCOL_SCHEMA_PARTS_H
#define KEYWHEEL_PROTOCOL_SCHEMA_PARTS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "protocol/schema.h"

/* The types of JSON schema, as a set. */
enum {
	TYPE_STRING = 1 << 0,
	TYPE_INTEGER = 1 << 1,
	TYPE_NUMBER = 1 << 2,
	TYPE_BOOLEAN = 1 << 3,
	TYPE_OBJECT = 1 << 4,
	TYPE_ARRAY = 1 << 5,
	TYPE_NULL = 1 << 6,
	TYPE_NUMERIC = TYPE_INTEGER | TYPE_NUMBER,
	TYPE_ANY = (1 << 7) - 1,
};

/* How many $refs may be followed at once. */
#define SCHEMA_MAX_ACTIVE 200

/*
 * The targets of $refs in SCHEMA_JSON. Wherever a target stands in the
 * client's schema, it becomes a member of the root's $defs. Number 0 is the
 * root itself, `#`.
 */
struct schema_refs {
	struct lh_table *numbers;  /* target → its number + 1 */
	struct json_object *names; /* that are taken, as members */
	struct json_object *ids; /* $id and $anchor → schema; NULL: not yet */
	struct buf defs;         /* struct schema_def */
	struct buf edges;        /* struct schema_edge */
	size_t suffix;           /* the last one that made a name unique */
};

struct schema_cleaner {
	enum schema_dialect dialect;
	bool cut;                  /* leave out what recurses for ever */
	enum schema_result result; /* the first thing that went wrong */
	struct json_object *root;  /* the client's; borrowed */
	size_t *room;
	int depth;
	/* The targets whose members are being written just now: one that
	 * comes again below itself would never end. */
	struct json_object *active[SCHEMA_MAX_ACTIVE];
	size_t n_active;
	struct schema_refs refs;
	size_t number;   /* of the target that is being written */
	bool below_free; /* … an optional property of it is above */
};

/* Take n values and some bytes of text from the room. False, and failed, if
 * there is not so much. */
MUSTCHECK bool schema_spend(struct schema_cleaner *c, size_t n, size_t bytes);

/* Note what went wrong, unless something else has before. */
void schema_fail(struct schema_cleaner *c, enum schema_result result);

/* --- schema_walk.c: one schema and what is below it --------------------- */

/* What a keyword is about, besides the types. */
enum {
	ABOUT_ALL = 1 << 7,  /* title, description: whatever the type */
	ABOUT_TYPE = 1 << 8, /* the type itself, or a choice */
	ABOUT_REF = 1 << 9,  /* $ref, and what may stand beside it */
	ABOUT_ANY = TYPE_ANY | ABOUT_ALL | ABOUT_TYPE | ABOUT_REF,
};

/* A schema while it is being written. */
struct schema_node {
	struct json_object *source; /* merged */
	struct json_object *out;
	unsigned about; /* the keywords to write */
	unsigned type;  /* in SCHEMA_OPENAPI: the only one, or 0 */
	bool nullable;  /* … null was one of its choices */
};

/* Write the keywords of the source, in their order. */
void schema_walk_members(struct schema_cleaner *c, struct schema_node *n);

/* The cleaned schema, which the caller owns; worthless if c has failed. For
 * what is no object, `true` above all, it is {}. */
struct json_object *schema_walk(
    struct schema_cleaner *c, struct json_object *source);

/* --- schema_openapi.c ----------------------------------------------------- */

/* Write a schema, about which nothing is written yet. */
void schema_openapi_write(struct schema_cleaner *c, struct schema_node *n);

/* --- schema_merge.c ------------------------------------------------------ */

/*
 * The same schema without allOf and, in SCHEMA_OPENAPI, without $ref and
 * without an anyOf that leaves no choice. A reference that the caller owns.
 * Targets that were merged are active afterwards.
 */
struct json_object *schema_merge(
    struct schema_cleaner *c, struct json_object *source);

/* --- schema_ref.c: $ref and $defs ---------------------------------------- */

void schema_ref_init(struct schema_refs *r, struct json_object *root);
void schema_ref_clear(struct schema_refs *r);

/* The object that the value of a $ref names; NULL if there is none in this
 * document. Borrowed from the root. */
struct json_object *schema_ref_target(
    struct schema_cleaner *c, struct json_object *ref);

/* Write the $ref to a target; ref is how the client wrote it. */
void schema_ref_write(struct schema_cleaner *c, struct json_object *out,
    struct json_object *target, const char *ref);

/* The target of that number and its name in $defs; NULL behind the last. */
struct json_object *schema_ref_number(
    struct schema_refs *r, size_t number, const char **name);

/* True if no target holds itself without an optional property in between;
 * with c->cut the $refs that would are replaced by their type. */
MUSTCHECK bool schema_ref_ends(struct schema_cleaner *c);

/* --- schema_value.c: the keywords that hold plain values ----------------- */

/* The types that `type` and `nullable` name; 0 for none. */
unsigned schema_value_types(struct json_object *source);

/* The types of the values of enum or const; 0 if there is neither. */
unsigned schema_value_listed(struct json_object *source);

/* True for what allows null and nothing else, for what allows nothing, and
 * for {}, which allows everything. */
bool schema_value_is_null(struct json_object *schema);
bool schema_value_is_false(struct json_object *schema);
bool schema_value_is_empty(struct json_object *schema);

/* Write `type`, as it was written in SCHEMA_JSON. */
void schema_value_take_type(
    struct json_object *out, struct json_object *source);

/* Write `type`: one name, or a list. */
void schema_value_write_type(struct json_object *out, unsigned types);

/* Write `enum` with those of the source's values, by enum or const, that are
 * of these types. */
void schema_value_take_enum(struct schema_cleaner *c, struct json_object *out,
    struct json_object *source, unsigned types);

/* Write `format`, if the dialect knows it for these types. */
void schema_value_take_format(struct schema_cleaner *c, struct json_object *out,
    struct json_object *value, unsigned types);

/* Write exclusiveMinimum or exclusiveMaximum as minimum or maximum. */
void schema_value_take_bound(struct schema_cleaner *c, struct json_object *out,
    struct json_object *source, bool upper);

/* Write a list of names: required or propertyOrdering. */
void schema_value_take_names(struct schema_cleaner *c, struct json_object *out,
    struct json_object *source, const char *keyword);

/* The texts of a list, as members of an object that the caller owns. */
struct json_object *schema_value_names(struct json_object *list);

/* Share a value that is no object and no list. */
void schema_value_share(struct schema_cleaner *c, struct json_object *out,
    const char *keyword, struct json_object *value);

#endif
