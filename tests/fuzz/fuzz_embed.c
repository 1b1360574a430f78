/* protocol/embed_answer: what it takes for JSON is JSON, and what it takes
 * once it takes again. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "fuzz.h"
#include "protocol/embed_answer.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy((const char *)data, size);
	struct embed_answer a;
	int64_t tokens = 0;
	embed_answer_init(&a, BUF_SMALL);
	if (embed_answer_check(text, size, &tokens)) {
		FUZZ_CHECK(tokens >= 0);
		for (size_t n = 1; a.n == 0 && n <= size; n++)
			if (embed_answer_take(&a, text, size, n))
				FUZZ_CHECK(a.n == n && a.size > 0 &&
				    a.numbers.len == n * a.size * 4);
	} else {
		FUZZ_CHECK(!embed_answer_take(&a, text, size, 1));
		FUZZ_CHECK(a.n == 0 && a.numbers.len == 0);
	}
	embed_answer_clear(&a);
	free(text);
	return 0;
}
