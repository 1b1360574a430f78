/* web/catalog: whatever the file holds, it is refused, or what it says are
 * texts. */
#include "web/catalog.h"

#include <string.h>

#include "base/text.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const asked[] = {"", "Keys", "$n key", "zz"};
	struct buf why;
	buf_init(&why, BUF_SMALL);
	struct catalog *c = catalog_new((const char *)data, size, &why);
	FUZZ_CHECK((c == NULL) == (why.len > 0));
	for (size_t i = 0; c != NULL && i < sizeof(asked) / sizeof(*asked); i++)
		for (int64_t n = 0; n < 3; n++) {
			const char *said = catalog_say(
			    c, asked[i], i > 1 ? "$n keys" : NULL, n);
			FUZZ_CHECK(
			    said == NULL || text_is_utf8(said, strlen(said)));
		}
	catalog_free(c);
	buf_clear(&why);
	return 0;
}
