/* protocol/token_estimate */
#include "protocol/token_estimate.h"

#include <string.h>

#include "base/buf.h"
#include "unit.h"

static int64_t
of(const char *text)
{
	return token_estimate(text, strlen(text));
}

static void
test_texts(void)
{
	CU_ASSERT(token_estimate(NULL, 0) == 0);
	CU_ASSERT(of("") == 0);
	CU_ASSERT(of("{\"a\":\"12345678\"}") == 4);
	/* Not JSON, and cut off anywhere. */
	CU_ASSERT(of("\"\"\"") == 0);
	CU_ASSERT(of("\\\"\\\\\"\\") == 1);
	CU_ASSERT(of("{\"a\":\"0123456789") == 4);
}

/* {"data":"…","text":"…"}: a long string of that, and a short text. */
static int64_t
with_data(const char *piece, int times)
{
	struct buf b;
	buf_init(&b, BUF_LARGE);
	buf_str(&b, "{\"data\":\"");
	for (int i = 0; i < times; i++)
		buf_str(&b, piece);
	buf_str(&b, "\",\"text\":\"1234567\"}");
	int64_t n = token_estimate(b.data, b.len);
	buf_clear(&b);
	return n;
}

static void
test_media(void)
{
	CU_ASSERT(with_data("QUJD\\/+8=", 0) == 7);
	CU_ASSERT(with_data("QUJD+/Ek", 10000) == 7 + 258);
	CU_ASSERT(with_data("QUJD\\/Ek", 10000) == 7 + 258);
	CU_ASSERT(with_data("_-JDabEk", 10000) == 7 + 258);
	CU_ASSERT(with_data("QUJD+/Ek", 500) == 7 + 1000);
	CU_ASSERT(with_data("a word, ", 10000) == 7 + 20000);
	CU_ASSERT(with_data("\\\"quoted", 8000) == 7 + 16000);
}

static CU_TestInfo tests[] = {
    {"texts", test_texts},
    {"media", test_media},
    CU_TEST_INFO_NULL,
};

struct unit_suite token_estimate_suite = {"protocol/token_estimate", tests};
