/* pool/key_text: the findings are lines of the text, and keys are short. */
#include "pool/key_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/pattern.h"
#include "base/setting.h"
#include "fuzz.h"

struct findings {
	size_t left;
	int line;
};

static bool
take(void *ctx, const struct key_finding *found)
{
	struct findings *f = ctx;
	FUZZ_CHECK(found->line >= f->line);
	f->line = found->line;
	size_t len = strlen(found->text);
	FUZZ_CHECK(len <= KEY_TEXT_MAX);
	if (found->why == NULL)
		FUZZ_CHECK(len >= KEY_TEXT_MIN &&
		    strpbrk(found->text, " \t\n,;\"'") == NULL);
	/* What is canonical stays as it is. */
	for (int i = 0; i < KEY__ATTRIBUTES; i++) {
		struct buf again;
		if (found->why != NULL || found->attribute[i] == NULL)
			continue;
		buf_init(&again, BUF_SMALL);
		FUZZ_CHECK(key_attribute_read((enum key_attribute)i,
			       found->attribute[i], &again) == NULL);
		FUZZ_CHECK(strcmp(buf_cstr(&again), found->attribute[i]) == 0);
		buf_clear(&again);
	}
	return f->left-- > 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pattern *pattern;
	struct findings all = {SIZE_MAX, 1}, some = {2, 1};
	struct buf why;
	buf_init(&why, BUF_SMALL);
	if (pattern == NULL)
		pattern = pattern_new(
		    setting_def(SETTING_ID_KEY_PATTERN)->fallback, &why);
	buf_clear(&why);
	const char *text = (const char *)data;
	FUZZ_CHECK(key_text_scan(pattern, text, size, take, &all));
	bool ok = key_text_scan(pattern, text, size, take, &some);
	FUZZ_CHECK(ok == (SIZE_MAX - all.left <= 2));
	return 0;
}
