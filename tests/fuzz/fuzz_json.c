/* base/json: what is read can be written and read again, and names that occur
 * twice are found. */
#include <string.h>

#include "base/json.h"
#include "base/json_twice.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *why = NULL, *other = NULL;
	struct buf first, second, twice, path;
	struct json_object *o = json_parse(text, size, &why);
	FUZZ_CHECK((o == NULL) == (why != NULL));

	buf_init(&first, BUF_LARGE);
	buf_init(&second, BUF_LARGE);
	buf_init(&twice, BUF_LARGE);
	buf_init(&path, BUF_LARGE);
	struct json_object *unique =
	    json_parse_unique(text, size, &other, &twice);
	if (o == NULL) {
		FUZZ_CHECK(unique == NULL && twice.len == 0);
		FUZZ_CHECK(strcmp(why, other) == 0);
	} else {
		fuzz_write(&first, o);
		FUZZ_CHECK(
		    json_twice_find(text, size, &path) == (unique == NULL));
		FUZZ_CHECK(fuzz_same(&path, &twice));

		/* Written, every name occurs once, and nothing changes. */
		struct json_object *again = json_parse_unique(
		    buf_cstr(&first), first.len, &other, &twice);
		FUZZ_CHECK(again != NULL);
		fuzz_write(&second, again);
		FUZZ_CHECK(fuzz_same(&first, &second));
		json_object_put(again);
	}
	json_object_put(unique);
	json_object_put(o);
	buf_clear(&first);
	buf_clear(&second);
	buf_clear(&twice);
	buf_clear(&path);
	return 0;
}
