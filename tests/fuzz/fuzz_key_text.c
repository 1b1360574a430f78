/* pool/key_text: the findings are lines of the text, and keys are short. */
#include "pool/key_text.h"

#include <string.h>

#include "fuzz.h"

struct findings {
	size_t left;
	int line;
};

static bool
take(void *ctx, enum key_text_kind kind, const char *text, int line)
{
	struct findings *f = ctx;
	FUZZ_CHECK(line >= f->line);
	f->line = line;
	size_t len = strlen(text);
	if (kind == KEY_TEXT_KEY)
		FUZZ_CHECK(len >= 16 && strpbrk(text, " \t\n,;\"'") == NULL);
	return f->left-- > 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct findings all = {SIZE_MAX, 1}, some = {2, 1};
	FUZZ_CHECK(key_text_scan((const char *)data, size, take, &all));
	bool ok = key_text_scan((const char *)data, size, take, &some);
	FUZZ_CHECK(ok == (SIZE_MAX - all.left <= 2));
	return 0;
}
