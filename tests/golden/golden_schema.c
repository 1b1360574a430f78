/*
 * The golden schemas: what becomes of a client's schema. Members of a file:
 *   about              what the case is for
 *   schema             the client's
 *   expect             {"json":…,"openapi":…}: the schema in each dialect, or
 *                      "recursive", "too large"
 *   expect_parameters  the same for the parameters of a function, where null
 *                      is no schema at all; may be left out. A model that
 *                      takes SCHEMA_OPENAPI and gets SCHEMA_JSON: {"as json":…}
 *
 * What comes out must also keep the rules, stay as it is when it is cleaned
 * again, and the client's own must not have changed.
 */
#include <stdio.h>

#include "golden.h"
#include "schema_rules.h"

#include "base/attr.h"
#include "base/json.h"
#include "protocol/schema.h"

static const char *const result_names[] = {
    [SCHEMA_OK] = "ok",
    [SCHEMA_RECURSIVE] = "recursive",
    [SCHEMA_TOO_LARGE] = "too large",
    [SCHEMA_INVALID] = "invalid",
};

static const char *const dialect_names[] = {
    [SCHEMA_JSON] = "json",
    [SCHEMA_OPENAPI] = "openapi",
};

static bool
keeps_rules(
    const char *name, struct json_object *cleaned, enum schema_dialect dialect)
{
	const char *broken = schema_rules_broken(cleaned, dialect);
	if (broken != NULL)
		printf("%s: %s: %s\n", name, dialect_names[dialect], broken);
	return broken == NULL;
}

static bool
play_clean(const char *name, struct json_object *o, enum schema_dialect dialect)
{
	struct json_object *expect =
	    json_get(json_get(o, "expect"), dialect_names[dialect]);
	struct json_object *cleaned, *again = NULL;
	size_t room = SCHEMA_ROOM;
	if (expect == NULL)
		return true;

	enum schema_result result =
	    schema_clean(json_get(o, "schema"), dialect, &room, &cleaned);
	if (result != SCHEMA_OK) {
		cleaned = json_object_new_string(result_names[result]);
		bool same =
		    golden_same(name, dialect_names[dialect], expect, cleaned);
		json_object_put(cleaned);
		return same;
	}
	room = SCHEMA_ROOM;
	bool ok = golden_same(name, dialect_names[dialect], expect, cleaned) &&
	    keeps_rules(name, cleaned, dialect) &&
	    schema_clean(cleaned, dialect, &room, &again) == SCHEMA_OK &&
	    golden_same(name, "cleaned again", cleaned, again);
	json_object_put(cleaned);
	json_object_put(again);
	return ok;
}

static bool
play_parameters(
    const char *name, struct json_object *o, enum schema_dialect dialect)
{
	struct json_object *expect = NULL;
	if (!json_object_object_get_ex(json_get(o, "expect_parameters"),
		dialect_names[dialect], &expect))
		return true;

	size_t room = SCHEMA_ROOM;
	enum schema_dialect written = dialect;
	struct json_object *cleaned =
	    schema_for_parameters(json_get(o, "schema"), &written, &room);
	bool ok = cleaned == NULL || keeps_rules(name, cleaned, written);
	if (written != dialect) {
		struct json_object *other = json_object_new_object();
		json_set(other, "as json", cleaned);
		cleaned = other;
	}
	ok = golden_same(name, "parameters", expect, cleaned) && ok;
	json_object_put(cleaned);
	return ok;
}

static bool
play_case(const char *name, struct json_object *o)
{
	struct buf before, after;
	bool ok = true;
	if (json_get_text(o, "about") == NULL ||
	    json_get(o, "schema") == NULL || json_get(o, "expect") == NULL) {
		printf("%s: is no case\n", name);
		return false;
	}
	buf_init(&before, BUF_LARGE);
	buf_init(&after, BUF_LARGE);
	json_write(&before, o);
	for (size_t i = 0; i < COUNT_OF(dialect_names); i++) {
		enum schema_dialect dialect = (enum schema_dialect)i;
		ok = play_clean(name, o, dialect) && ok;
		ok = play_parameters(name, o, dialect) && ok;
	}
	json_write(&after, o);
	if (before.len != after.len) {
		printf("%s: the client's schema was changed\n", name);
		ok = false;
	}
	buf_clear(&before);
	buf_clear(&after);
	return ok;
}

int
main(int argc, char **argv)
{
	return golden_run(argc, argv, "schema", play_case);
}
