/* web/query: a parameter that was taken out is not found any more, and the
 * others are. */
#include "web/query.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"key", "alt"};
	struct buf query, rest, value, other;
	buf_init(&query, BUF_LARGE);
	buf_init(&rest, BUF_LARGE);
	buf_init(&value, BUF_LARGE);
	buf_init(&other, BUF_LARGE);
	if (size > 0 && memchr(data, '\0', size) == NULL)
		buf_add(&query, data, size);

	query_without(buf_cstr(&query), names, 2, &rest);
	FUZZ_CHECK(rest.len <= query.len);
	FUZZ_CHECK(!query_get(buf_cstr(&rest), "key", &value));
	FUZZ_CHECK(!query_get(buf_cstr(&rest), "alt", &value));
	buf_reset(&value);
	bool before = query_get(buf_cstr(&query), "a", &value);
	bool after = query_get(buf_cstr(&rest), "a", &other);
	FUZZ_CHECK(before == after);
	if (before)
		FUZZ_CHECK(fuzz_same(&value, &other));
	buf_clear(&query);
	buf_clear(&rest);
	buf_clear(&value);
	buf_clear(&other);
	return 0;
}
