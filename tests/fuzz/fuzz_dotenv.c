/* base/dotenv: a file is read, or refused with a reason. */
#include "base/dotenv.h"

#include "fuzz.h"

static bool
take(void *ctx, const char *name, const char *value, int line)
{
	int *last = ctx;
	FUZZ_CHECK(name[0] != '\0' && value != NULL && line >= *last);
	*last = line;
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf why;
	int line = 1;
	buf_init(&why, BUF_LARGE);
	bool ok = dotenv_parse((const char *)data, size, take, &line, &why);
	FUZZ_CHECK(ok == (why.len == 0));
	buf_clear(&why);
	return 0;
}
