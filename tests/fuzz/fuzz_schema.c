/* protocol/schema: what comes out keeps the rules and stays as it is; what
 * went in does, too. */
#include "protocol/schema.h"

#include "../golden/schema_rules.h"
#include "base/json.h"
#include "fuzz.h"

/* What was cleaned may be cleaned again, and nothing happens. */
static void
check_cleaned(struct json_object *cleaned, enum schema_dialect dialect)
{
	struct buf first, second;
	struct json_object *again;
	size_t room = 2 * SCHEMA_ROOM;
	buf_init(&first, BUF_LARGE);
	buf_init(&second, BUF_LARGE);
	FUZZ_CHECK(schema_rules_broken(cleaned, dialect) == NULL);
	FUZZ_CHECK(schema_clean(cleaned, dialect, &room, &again) == SCHEMA_OK);
	fuzz_write(&first, cleaned);
	fuzz_write(&second, again);
	FUZZ_CHECK(fuzz_same(&first, &second));
	json_object_put(again);
	buf_clear(&first);
	buf_clear(&second);
}

static void
check_dialect(struct json_object *schema, enum schema_dialect dialect)
{
	struct json_object *cleaned;
	size_t room = SCHEMA_ROOM;
	enum schema_result result =
	    schema_clean(schema, dialect, &room, &cleaned);
	FUZZ_CHECK((cleaned != NULL) == (result == SCHEMA_OK));
	if (cleaned != NULL)
		check_cleaned(cleaned, dialect);
	json_object_put(cleaned);

	room = SCHEMA_ROOM;
	cleaned = schema_for_parameters(schema, &dialect, &room);
	if (cleaned != NULL)
		check_cleaned(cleaned, dialect);
	json_object_put(cleaned);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf before, after;
	struct json_object *schema = json_parse((const char *)data, size, NULL);
	if (schema == NULL)
		return 0;
	buf_init(&before, BUF_LARGE);
	buf_init(&after, BUF_LARGE);
	fuzz_write(&before, schema);
	check_dialect(schema, SCHEMA_JSON);
	check_dialect(schema, SCHEMA_OPENAPI);
	fuzz_write(&after, schema);
	FUZZ_CHECK(fuzz_same(&before, &after));
	json_object_put(schema);
	buf_clear(&before);
	buf_clear(&after);
	return 0;
}
